package org.wguplink.daemon.path;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.firewall.Shares;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.route.PathUse;

/** What forwards packets as was decided. Every call states a desired result, and may be repeated. */
public interface DataPath {
    /** Makes routes and rules as the paths are used. What is refused is logged, and tried again with the next call. */
    void route(List<PathRoute> paths, PathUse use);

    /** Does all of {@link #route} that changes nothing, so that the next one is faster. */
    void rehearse(List<PathRoute> paths, PathUse use);

    /** Whether the plan is in force. */
    boolean filter(FirewallPlan plan);

    /** Flows of a dead path may go on by these own WANs, where segments of theirs are answered for a while. */
    void moved(Set<String> devices);

    /** A path may die soon: its flows are looked at beforehand, where that is needed. */
    void suspected(int number);

    /** Ends the flows of these families that are pinned to a path, soon; TCP ends are told. */
    void dropFlows(int number, Set<Family> families);

    /** Queries for names go to the resolver of the uplink of their family, and through it; none: to whom they are sent. */
    void resolveBy(Map<Family, Integer> uplinks);

    /** New flows of the LAN of each family are shared over several paths; none: they are not. */
    void shareBy(Map<Family, Shares> shares);

    /** Whether rules and packet filter of ours are there, from an earlier run. */
    boolean hasPlan();

    /** The devices that new flows of each family take, as an earlier run decided; none for the own WAN. */
    Map<Family, String> activeDevices();

    /** What was refused last; empty when all is as decided. */
    Optional<String> trouble();

    /** Removes everything of ours, while the daemon goes on; whether that worked. */
    boolean clear();
}
