package org.wguplink.core.firewall;

/** Makes the packet filter match a plan, in one transaction. Applying the same plan twice changes nothing. */
public interface Firewall {
    void apply(FirewallPlan desired) throws FirewallException;

    /** Removes our table. */
    void remove() throws FirewallException;
}
