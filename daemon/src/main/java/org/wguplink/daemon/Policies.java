package org.wguplink.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.wguplink.core.failover.FamilyStates;
import org.wguplink.core.firewall.FirewallPlan.Balanced;
import org.wguplink.core.firewall.FirewallPlan.Policed;
import org.wguplink.core.net.Family;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.policy.Essential;
import org.wguplink.core.policy.Policy;
import org.wguplink.core.policy.Policy.Mode;
import org.wguplink.core.policy.PolicyPath;
import org.wguplink.core.route.PolicyRoute;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.config.Config;

/** What the user says of some traffic, as routes and packet filter have it. */
final class Policies {
    private final Supplier<Config> config;
    private final Function<PeerId, Optional<Integer>> fixed;

    /**
     * @param config that is in force
     * @param fixed the number of the flows that always leave by a peer
     */
    Policies(Supplier<Config> config, Function<PeerId, Optional<Integer>> fixed) {
        this.config = config;
        this.fixed = fixed;
    }

    /** @param number of a path that has routes */
    List<PolicyRoute> routes(FamilyStates states, Function<PathId, Optional<Integer>> number) {
        var routes = new ArrayList<PolicyRoute>();
        for (Policy policy : config.get().policies())
            for (Family family : Family.values()) {
                boolean usual = policy.mode() instanceof Mode.Failover;
                boolean refused = usual && states.refuses(family);
                Optional<Integer> path = PolicyPath.of(policy.mode(), states.of(family))
                        .filter(p -> !refused)
                        .flatMap(number);
                // where there is no path of ours, what is usual goes as without us
                boolean silent = usual && !refused && path.isEmpty();
                if (!PolicyPath.isUsual(policy) && !silent)
                    routes.add(new PolicyRoute(family, policy.selector(), path));
            }
        return routes;
    }

    List<Policed> filters() {
        return config.get().policies().stream()
                .filter(policy -> !PolicyPath.isUsual(policy))
                .map(policy -> new Policed(
                        policy.selector(),
                        policy.mode(),
                        policy.mode() instanceof Mode.Always(var peer) ? fixed.apply(peer) : Optional.empty()))
                .toList();
    }

    /** Whose flows are never shared, if any are: what the user has a policy for, also for what is usual. */
    Optional<Balanced> balanced() {
        if (config.get().balance().isEmpty()) return Optional.empty();
        return Optional.of(new Balanced(
                config.get().policies().stream().map(Policy::selector).toList()));
    }

    /** By the devices of uplinks, whether they are there or not. */
    Map<String, Essential> essentials() {
        return config.get().essentials().entrySet().stream()
                .collect(Collectors.toMap(e -> TunnelName.of(e.getKey()), Map.Entry::getValue));
    }
}
