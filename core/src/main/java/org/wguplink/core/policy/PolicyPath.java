package org.wguplink.core.policy;

import java.util.Optional;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.path.PathId;
import org.wguplink.core.policy.Policy.Mode;

/** Which path new flows of a policy take. */
public final class PolicyPath {
    private PolicyPath() {}

    /**
     * The path; empty: they are refused, since none that they may take is known to work. Before an own WAN is judged for the
     * first time, only {@link Mode.Strict} does without it.
     */
    public static Optional<PathId> of(Mode mode, FailoverState state) {
        return switch (mode) {
            case Mode.Failover() -> Optional.of(state.active());
            case Mode.Strict() ->
                Optional.of(state.active()).filter(p -> state.standing(p).up());
            case Mode.Always(var peer) ->
                Optional.<PathId>of(new PathId.Uplink(peer))
                        .filter(p -> state.standing(p).up());
            case Mode.Never() -> ownWan(state);
        };
    }

    /** Whether it says of its traffic what counts without it. */
    public static boolean isUsual(Policy policy) {
        return policy.mode() instanceof Mode.Failover
                && policy.selector().mark().isEmpty();
    }

    /** The one in use, or the best that works. */
    private static Optional<PathId> ownWan(FailoverState state) {
        if (state.active() instanceof PathId.OwnWan && mayWork(state, state.active()))
            return Optional.of(state.active());
        return state.paths().stream()
                .filter(PathId.OwnWan.class::isInstance)
                .filter(p -> mayWork(state, p))
                .findFirst();
    }

    private static boolean mayWork(FailoverState state, PathId path) {
        return !state.judged(path) || state.standing(path).up();
    }
}
