package org.wguplink.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.firewall.FirewallPlan.Policed;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.policy.Policy;
import org.wguplink.core.policy.Policy.Mode;
import org.wguplink.core.policy.PolicyPath;
import org.wguplink.core.route.PolicyRoute;

/** What the user says of some traffic, as routes and packet filter have it. */
final class Policies {
    private final Supplier<List<Policy>> policies;
    private final Function<PeerId, Optional<Integer>> fixed;

    /**
     * @param policies those in force
     * @param fixed the number of the flows that always leave by a peer
     */
    Policies(Supplier<List<Policy>> policies, Function<PeerId, Optional<Integer>> fixed) {
        this.policies = policies;
        this.fixed = fixed;
    }

    /** @param number of a path that has routes */
    List<PolicyRoute> routes(FailoverState state, Function<PathId, Optional<Integer>> number) {
        var routes = new ArrayList<PolicyRoute>();
        for (Policy policy : policies.get()) {
            Optional<Integer> path = PolicyPath.of(policy.mode(), state).flatMap(number);
            // where there is no path of ours, what is usual goes as without us
            boolean silent = policy.mode() instanceof Mode.Failover && path.isEmpty();
            if (!PolicyPath.isUsual(policy) && !silent) routes.add(new PolicyRoute(policy.selector(), path));
        }
        return routes;
    }

    List<Policed> filters() {
        return policies.get().stream()
                .filter(policy -> !PolicyPath.isUsual(policy))
                .map(policy -> new Policed(
                        policy.selector(),
                        policy.mode(),
                        policy.mode() instanceof Mode.Always(var peer) ? fixed.apply(peer) : Optional.empty()))
                .toList();
    }
}
