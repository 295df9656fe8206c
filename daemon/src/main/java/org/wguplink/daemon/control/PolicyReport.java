package org.wguplink.daemon.control;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.wguplink.control.Status;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.failover.FamilyStates;
import org.wguplink.core.net.Family;
import org.wguplink.core.path.PathId;
import org.wguplink.core.policy.Policy;
import org.wguplink.core.policy.Policy.Mode;
import org.wguplink.core.policy.PolicyPath;

/** What becomes of the traffic that the user has policies for, as the control protocol says it. */
final class PolicyReport {
    private PolicyReport() {}

    static List<Status.Policy> of(List<Policy> policies, FamilyStates states) {
        return policies.stream().map(policy -> of(policy, states)).toList();
    }

    /** IPv4's way is the one to speak of where there are both. */
    private static Status.Policy of(Policy policy, FamilyStates states) {
        Set<Family> families = policy.selector().families();
        Family first = families.contains(Family.IPV4) ? Family.IPV4 : Family.IPV6;
        Optional<PathId> via = way(policy.mode(), first, states);
        Optional<PathId> via6 = way(policy.mode(), Family.IPV6, states);
        boolean parted = families.equals(Family.BOTH) && has(states.ipv6()) && !via6.equals(via);
        return new Status.Policy(
                policy.name(),
                policy.selector().toString(),
                policy.mode().word(),
                policy.mode() instanceof Mode.Always(var peer) ? peer.value() : null,
                via.map(PathId::toString).orElse(null),
                via.isPresent() ? null : refusal(policy.mode(), states.of(first)),
                parted
                        ? new Status.Ipv6(
                                via6.map(PathId::toString).orElse(null),
                                via6.isPresent() ? null : refusal(policy.mode(), states.ipv6()))
                        : null);
    }

    /** Whether there is any such traffic to speak of: some path carries it, or has. */
    private static boolean has(FailoverState family) {
        return family.standings().values().stream().anyMatch(s -> s.up() || s.failures() > 0);
    }

    private static Optional<PathId> way(Mode mode, Family family, FamilyStates states) {
        boolean refused = mode instanceof Mode.Failover && states.refuses(family);
        return PolicyPath.of(mode, states.of(family)).filter(_ -> !refused);
    }

    private static String refusal(Mode mode, FailoverState state) {
        return switch (mode) {
            case Mode.Always(var peer) -> {
                var uplink = new PathId.Uplink(peer);
                yield state.judged(uplink)
                        ? "%s is down: %s"
                                .formatted(peer, state.standing(uplink).why())
                        : "there is no tunnel to %s that works".formatted(peer);
            }
            case Mode.Never() -> "no own WAN works";
            case Mode.Strict(), Mode.Failover() -> "no path is known to work";
        };
    }
}
