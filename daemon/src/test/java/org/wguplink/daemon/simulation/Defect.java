package org.wguplink.daemon.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.wguplink.core.failover.Failover;
import org.wguplink.core.failover.FailoverCommand;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.failover.PathStanding;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Family;
import org.wguplink.core.offer.Capabilities;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;

/** What may be wrong with a node: planted around the product's functions, so that the invariants can show their worth. */
enum Defect {
    NONE,
    FAILBACK_AT_ONCE(Invariant.HOLD_DOWN_IS_KEPT, Invariant.FEW_SWITCHES),
    HOLD_DOWN_NEVER_GROWS(Invariant.HOLD_DOWN_IS_KEPT),
    DOWN_IS_IGNORED(Invariant.KNOWN_DEAD_IS_LEFT),
    GATEWAY_ANSWERS_PROBES(Invariant.DEATH_IS_NOTICED),
    SUSPICION_IS_DEATH(Invariant.LEFT_ONLY_FOR_BETTER),
    RIDERS_ARE_BELIEVED(Invariant.RIDERS_ARE_DOUBTED),
    FLOWS_ARE_FORGOTTEN(Invariant.FLOWS_END_WITH_THEIR_PATH),
    SWITCH_IS_NOT_CARRIED_OUT(Invariant.KERNEL_FOLLOWS),
    ORDER_IS_REVERSED(Invariant.ORDER_IS_THE_USERS),
    NEVER_FAILS_BACK(Invariant.CONVERGES),
    RECOVERY_IS_NOT_HEARD(Invariant.CONVERGES),
    BORROWER_OFFERS(Invariant.OFFERS_ONLY_ITS_OWN),
    LENDS_THE_PATH_IN_USE(Invariant.NO_CHAIN, Invariant.NO_LOOP, Invariant.BORROWER_IS_LEFT),
    WITHDRAWAL_IS_NOT_HEARD(Invariant.WITHDRAWN_IS_LEFT),
    REPLAY_IS_ACCEPTED(Invariant.LEDGER_GROWS),
    EXPIRED_LEASE_IS_HONOURED(Invariant.LEASE_ENDS),
    EXPIRED_LEASE_IS_SERVED(Invariant.SERVES_WHO_HOLDS),
    ONE_FAMILY_IS_NOT_HEARD(Invariant.ONE_FAMILY_LEAVES),
    POVERTY_IS_IGNORED(Invariant.BETTER_IS_TAKEN),
    PORTAL_IS_NOT_SEEN(Invariant.PORTAL_IS_LEFT),
    DRAINS_END_AT_ONCE(Invariant.DRAINS_KEEP_TIME),
    DRAINS_NEVER_END(Invariant.DRAINS_KEEP_TIME);

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Invariant> caughtBy;

    Defect(Invariant... caughtBy) {
        this.caughtBy = List.of(caughtBy);
    }

    /** Each of these catches it, alone. */
    List<Invariant> caughtBy() {
        return caughtBy;
    }

    /** {@link Failover#step}, or that with this defect. */
    Failover.Step step(Set<Family> families, FailoverState state, FailoverEvent event, MonoTime now) {
        return switch (this) {
            case FAILBACK_AT_ONCE -> Failover.step(failing(state, f -> 0), event, now);
            case HOLD_DOWN_NEVER_GROWS -> Failover.step(failing(state, f -> Math.min(f, 1)), event, now);
            case DOWN_IS_IGNORED ->
                event instanceof FailoverEvent.Judged(PathId.OwnWan _, Verdict verdict, String _)
                                && verdict == Verdict.DOWN
                        ? new Failover.Step(state, List.of())
                        : Failover.step(state, event, now);
            case SUSPICION_IS_DEATH ->
                event instanceof FailoverEvent.Judged(PathId path, Verdict verdict, String why)
                                && verdict == Verdict.SUSPECT
                        ? Failover.step(state, new FailoverEvent.Judged(path, Verdict.DOWN, why), now)
                        : Failover.step(state, event, now);
            case RIDERS_ARE_BELIEVED ->
                Failover.step(
                        state, event instanceof FailoverEvent.Riding ? new FailoverEvent.Riding(Map.of()) : event, now);
            case ORDER_IS_REVERSED ->
                Failover.step(
                        state,
                        event instanceof FailoverEvent.Preferred(List<PathId> paths)
                                ? new FailoverEvent.Preferred(reversed(paths))
                                : event,
                        now);
            case NEVER_FAILS_BACK -> {
                Failover.Step step = Failover.step(state, event, now);
                boolean back = state.standing(state.active()).up()
                        && state.active() instanceof PathId.Uplink
                        && step.state().active() instanceof PathId.OwnWan;
                yield back ? new Failover.Step(state, List.of()) : step;
            }
            case RECOVERY_IS_NOT_HEARD ->
                state.active() instanceof PathId.Uplink
                                && event instanceof FailoverEvent.Judged(PathId.OwnWan _, Verdict verdict, String _)
                                && verdict == Verdict.UP
                        ? new Failover.Step(state, List.of())
                        : Failover.step(state, event, now);
            case ONE_FAMILY_IS_NOT_HEARD ->
                families.size() == 1
                                && event instanceof FailoverEvent.Judged(PathId _, Verdict verdict, String _)
                                && verdict == Verdict.DOWN
                        ? new Failover.Step(state, List.of())
                        : Failover.step(state, event, now);
            case POVERTY_IS_IGNORED ->
                event instanceof FailoverEvent.Rated
                        ? new Failover.Step(state, List.of())
                        : Failover.step(state, event, now);
            case DRAINS_END_AT_ONCE ->
                Failover.step(
                        state,
                        event instanceof FailoverEvent.Draining
                                ? new FailoverEvent.Draining(Duration.ZERO, Map.of())
                                : event,
                        now);
            case DRAINS_NEVER_END -> {
                Failover.Step step = Failover.step(state, event, now);
                yield event instanceof FailoverEvent.Tick ? without(FailoverCommand.DropFlows.class, step) : step;
            }
            case FLOWS_ARE_FORGOTTEN -> without(FailoverCommand.DropFlows.class, Failover.step(state, event, now));
            default -> Failover.step(state, event, now);
        };
    }

    private static FailoverState failing(FailoverState state, UnaryOperator<Integer> failures) {
        Map<PathId, PathStanding> standings = new HashMap<>(state.standings());
        standings.replaceAll((path, s) -> path instanceof PathId.OwnWan
                ? new PathStanding(s.up(), failures.apply(s.failures()), s.upSince(), s.downSince(), s.why())
                : s);
        return new FailoverState(
                state.paths(),
                standings,
                state.complaints(),
                state.underlays(),
                state.drains(),
                state.balance(),
                state.active(),
                state.automatic(),
                state.why(),
                state.since());
    }

    private static List<PathId> reversed(List<PathId> paths) {
        var order = new ArrayList<>(paths);
        order.removeIf(PathId.Uplink.class::isInstance);
        paths.reversed().stream().filter(PathId.Uplink.class::isInstance).forEach(order::add);
        return order;
    }

    private static Failover.Step without(Class<? extends FailoverCommand> kind, Failover.Step step) {
        return new Failover.Step(
                step.state(),
                step.commands().stream().filter(c -> !kind.isInstance(c)).toList());
    }

    /** An offer as the node tells it. */
    Offer told(Offer offer) {
        return this == BORROWER_OFFERS || this == LENDS_THE_PATH_IN_USE ? available(offer) : offer;
    }

    /** An offer as the node understands it. */
    Offer heard(Offer offer) {
        return this == WITHDRAWAL_IS_NOT_HEARD ? available(offer) : offer;
    }

    private static Offer available(Offer offer) {
        Capabilities c = offer.capabilities();
        return new Offer(
                offer.peerId(),
                offer.sequence(),
                offer.issuedAt(),
                offer.expiresAt(),
                new Capabilities(c.bandwidthMbps(), c.latencyMs(), c.wanType(), true, c.terms()),
                "",
                offer.endpoint(),
                offer.publicKey(),
                offer.endpoints(),
                offer.behindNat());
    }
}
