package org.wguplink.core.firewall;

/** The packet filter refused our rules; nothing was changed. */
public final class FirewallException extends Exception {
    private static final long serialVersionUID = 1L;

    public FirewallException(String message) {
        super(message);
    }
}
