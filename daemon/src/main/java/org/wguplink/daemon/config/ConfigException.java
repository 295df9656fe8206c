package org.wguplink.daemon.config;

/** The configuration cannot be used; the message says where, what was found, and what was expected. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
