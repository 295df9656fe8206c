package org.wguplink.core.firewall;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.wguplink.core.net.Family;

/** Makes the packet filter match a plan, in one transaction. Applying the same plan twice changes nothing. */
public interface Firewall {
    void apply(FirewallPlan desired) throws FirewallException;

    /**
     * Flows of a dead path have just moved to these own WANs: for a while, a TCP segment of a connection that nobody knows
     * is answered with a reset there. On an uplink it always is: it could not survive the masquerade.
     *
     * @param during at least a second
     */
    void moved(Set<String> devices, Duration during) throws FirewallException;

    /**
     * Queries for names that would leave by any path go to the resolver of the uplink of their family, and through it; none: to
     * whom they are sent. It holds whatever is applied.
     */
    void resolveBy(Map<Family, Integer> uplinks) throws FirewallException;

    /** New flows of the LAN of each family are shared; none: they are not. It holds for every plan that has balanced paths. */
    void shareBy(Map<Family, Shares> shares) throws FirewallException;

    /** Removes our table. */
    void remove() throws FirewallException;
}
