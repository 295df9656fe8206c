package org.wguplink.daemon.control;

import java.util.List;
import java.util.Optional;
import org.wguplink.control.Status;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.path.PathId;
import org.wguplink.core.policy.Policy;
import org.wguplink.core.policy.Policy.Mode;
import org.wguplink.core.policy.PolicyPath;

/** What becomes of the traffic that the user has policies for, as the control protocol says it. */
final class PolicyReport {
    private PolicyReport() {}

    static List<Status.Policy> of(List<Policy> policies, FailoverState state) {
        return policies.stream().map(policy -> of(policy, state)).toList();
    }

    private static Status.Policy of(Policy policy, FailoverState state) {
        Optional<PathId> via = PolicyPath.of(policy.mode(), state);
        return new Status.Policy(
                policy.name(),
                policy.selector().toString(),
                policy.mode().word(),
                policy.mode() instanceof Mode.Always(var peer) ? peer.value() : null,
                via.map(PathId::toString).orElse(null),
                via.isPresent() ? null : refusal(policy.mode(), state));
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
