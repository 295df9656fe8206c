package org.wguplink.core.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.wguplink.core.failover.Balance.Member;
import org.wguplink.core.failover.FailoverCommand.DropFlows;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;

class BalanceTest {
    private static final PathId.OwnWan WAN = new PathId.OwnWan("wan");
    private static final PathId.OwnWan LTE = new PathId.OwnWan("lte");
    private static final PathId.Uplink ANA = new PathId.Uplink(new PeerId("ana"));
    private static final List<Member> ALL = List.of(new Member(WAN, 3), new Member(LTE, 1), new Member(ANA, 2));

    private FailoverState state = FailoverState.start(true, new MonoTime(0));
    private MonoTime now = new MonoTime(0);
    private final List<PathId> dropped = new ArrayList<>();

    @BeforeEach
    void allLive() {
        step(new FailoverEvent.Balanced(ALL));
        step(new FailoverEvent.Preferred(List.of(WAN, LTE, ANA)));
        judge(WAN, Verdict.UP);
        shares();
        List.of(LTE, ANA).forEach(path -> judge(path, Verdict.UP));
        shares(WAN, LTE, ANA);
    }

    @Test
    void aMemberThatDiesTakesNoneUntilItHasHeldWhicheverItIs() {
        for (PathId path : List.of(WAN, LTE, ANA)) {
            dropped.clear();
            judge(path, Verdict.DOWN);
            assertThat(state.balance().sharing())
                    .hasSize(2)
                    .doesNotContain(path)
                    .contains(state.active());
            assertThat(dropped).as("its flows end").containsExactly(path);
            judge(path, Verdict.UP);
            assertThat(state.balance().sharing()).hasSize(2);
            pass(PathStanding.FIRST_HOLD);
            shares(WAN, LTE, ANA);
            assertThat(dropped).containsExactly(path);
        }
    }

    @Test
    void whatIsPoorOrDrainedOrGoneTakesNone() {
        step(new FailoverEvent.Rated(LTE, Optional.of("loses packets")));
        shares(WAN, ANA);
        step(new FailoverEvent.Drained(ANA, Optional.empty()));
        shares();
        step(new FailoverEvent.Recalled(ANA));
        shares(WAN, ANA);
        step(new FailoverEvent.Rated(LTE, Optional.empty()));
        step(new FailoverEvent.Preferred(List.of(WAN, LTE)));
        shares();
        pass(PathStanding.FIRST_HOLD);
        shares(WAN, LTE);
    }

    @Test
    void nothingIsSharedWhileNewFlowsTakeAnotherPathOrFailoverIsDisabled() {
        step(new FailoverEvent.Balanced(ALL.subList(1, 3)));
        assertThat(state.active()).isEqualTo(WAN);
        shares();
        judge(WAN, Verdict.DOWN);
        shares(LTE, ANA);
        step(new FailoverEvent.Enabled(false));
        shares();
    }

    @Test
    void anUplinkIsNotLeftWhileItTakesAShare() {
        step(new FailoverEvent.Draining(Duration.ofSeconds(20), Map.of()));
        List.of(WAN, LTE).forEach(path -> judge(path, Verdict.DOWN));
        assertThat(state.active()).isEqualTo(ANA);
        judge(WAN, Verdict.UP);
        pass(PathStanding.FIRST_HOLD);
        assertThat(state.active()).isEqualTo(WAN);
        shares(WAN, ANA);
        dropped.clear();
        pass(Duration.ofMinutes(1));
        assertThat(dropped).isEmpty();
        step(new FailoverEvent.Balanced(List.of()));
        shares();
        pass(Duration.ofSeconds(19));
        assertThat(dropped).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(dropped).containsExactly(ANA);
    }

    /** It ended what had just begun to be shared: the drain was due in the same step. */
    @Test
    void anUplinkThatTakesAShareKeepsItsFlowsThoughNoTimeIsGivenToThoseThatAreLeft() {
        step(new FailoverEvent.Draining(Duration.ZERO, Map.of()));
        List.of(WAN, LTE).forEach(path -> judge(path, Verdict.DOWN));
        judge(WAN, Verdict.UP);
        dropped.clear();
        pass(PathStanding.FIRST_HOLD);
        shares(WAN, ANA);
        assertThat(dropped).isEmpty();
    }

    @Test
    void weightsAreFrom1To1000() {
        assertThatThrownBy(() -> new Member(WAN, 0)).hasMessage("weight 0; expected 1 to 1000");
        assertThatThrownBy(() -> new Member(WAN, 1001)).hasMessageContaining("1001");
        assertThat(state.balance().weight(state.balance().sharing())).isEqualTo(6);
        assertThat(state.balance()).hasToString("wan 3, lte 1, ana 2");
    }

    private void shares(PathId... paths) {
        assertThat(state.balance().sharing()).containsExactlyInAnyOrder(paths);
    }

    private void judge(PathId path, Verdict verdict) {
        step(new FailoverEvent.Judged(path, verdict, "said so"));
    }

    private void pass(Duration time) {
        now = now.plus(time);
        step(new FailoverEvent.Tick());
    }

    private void step(FailoverEvent event) {
        Failover.Step step = Failover.step(state, event, now);
        state = step.state();
        for (FailoverCommand command : step.commands()) if (command instanceof DropFlows(var path)) dropped.add(path);
    }
}
