package org.wguplink.core.route;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.net.Family;

/**
 * What the paths of a node are used for at this moment.
 *
 * @param active number of the path that carries new flows of a family; none: they go as they did without us
 * @param refused families that no path carries: hosts are told so at once
 * @param lent number of the own WAN by which served consumers leave; empty: by none
 * @param served the interface on which consumers are served
 * @param mainDefaults the device of the main table's best default route
 * @param outer where WireGuard's outer packets go that no other route of main takes: by an own WAN that lives
 * @param narrow the MTU of served consumers that a smaller one reaches than the interface has
 * @param foreignPorts UDP ports of WireGuard interfaces that are not ours, whose outer packets go the same way
 * @param policies what does not follow {@code active}
 */
public record PathUse(
        Map<Family, Integer> active,
        Set<Family> refused,
        Optional<Integer> lent,
        Optional<String> served,
        Map<InetAddress, Integer> narrow,
        Map<Family, String> mainDefaults,
        Map<Family, NextHop> outer,
        Set<Integer> foreignPorts,
        List<PolicyRoute> policies) {
    public PathUse {
        active = Map.copyOf(active);
        refused = Set.copyOf(refused);
        narrow = Map.copyOf(narrow);
        mainDefaults = Map.copyOf(mainDefaults);
        outer = Map.copyOf(outer);
        foreignPorts = Set.copyOf(foreignPorts);
        policies = List.copyOf(policies);
    }

    /** Both families go one way, every consumer is reached with the interface's own MTU, and all hosts are alike. */
    public PathUse(
            Optional<Integer> active,
            Optional<Integer> lent,
            Optional<String> served,
            Map<Family, String> mainDefaults,
            Map<Family, NextHop> outer,
            Set<Integer> foreignPorts) {
        this(
                active.map(number -> Map.of(Family.IPV4, number, Family.IPV6, number))
                        .orElse(Map.of()),
                Set.of(),
                lent,
                served,
                Map.of(),
                mainDefaults,
                outer,
                foreignPorts,
                List.of());
    }
}
