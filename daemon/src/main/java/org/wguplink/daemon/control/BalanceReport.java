package org.wguplink.daemon.control;

import java.util.List;
import org.wguplink.control.Status;
import org.wguplink.core.failover.Balance;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;

/** Over which paths new flows of the LAN are shared, as the control protocol says it. */
final class BalanceReport {
    private BalanceReport() {}

    static List<Status.Share> of(FailoverState state, MonoTime now) {
        Balance balance = state.balance();
        return balance.members().stream()
                .map(member -> {
                    boolean takes = balance.sharing().contains(member.path());
                    return new Status.Share(
                            member.path().toString(),
                            member.weight(),
                            takes,
                            takes ? null : whyNot(member.path(), state, now));
                })
                .toList();
    }

    /** A sentence for each member that is no path, and may never be one. */
    static List<String> warnings(FailoverState state) {
        return state.balance().members().stream()
                .filter(member -> isUnknown(member.path(), state))
                .map(member -> "list balance '%s' does nothing: there is no such own WAN, and no such peer was added"
                        .formatted(member.path()))
                .toList();
    }

    private static boolean isUnknown(PathId path, FailoverState state) {
        return path instanceof PathId.OwnWan && !state.paths().contains(path);
    }

    private static String whyNot(PathId path, FailoverState state, MonoTime now) {
        if (isUnknown(path, state)) return "is not there";
        if (!state.paths().contains(path)) return "has no tunnel";
        if (!state.judged(path)) return "was not probed yet";
        if (!state.standing(path).up())
            return "is down: " + state.standing(path).why();
        if (!state.trusted(path, now)) return "answers again, and must hold before it is trusted";
        return state.poverty(path).orElseGet(() -> whyNone(state));
    }

    private static String whyNone(FailoverState state) {
        if (!state.automatic()) return "takes none while failover is disabled";
        boolean member =
                state.balance().members().stream().anyMatch(m -> m.path().equals(state.active()));
        return member
                ? "takes all, since no other may be trusted"
                : "takes none while new flows go by %s, which is not in the list".formatted(state.active());
    }
}
