package org.wguplink.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.wguplink.core.failover.Failover;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.policy.Policy.Mode;
import org.wguplink.core.time.MonoTime;

class PolicyPathTest {
    private static final PathId WAN = new PathId.OwnWan("wan");
    private static final PathId LTE = new PathId.OwnWan("lte");
    private static final PathId ANA = new PathId.Uplink(new PeerId("ana"));
    private static final PathId BEN = new PathId.Uplink(new PeerId("ben"));
    private static final Mode ALWAYS_BEN = new Mode.Always(new PeerId("ben"));

    private final MonoTime now = new MonoTime(0);
    private FailoverState state = FailoverState.start(true, now);

    @Test
    void beforeAnythingIsKnownStrictTrafficWaitsAndAFixedExitToo() {
        take(new FailoverEvent.Preferred(List.of(WAN, ANA, BEN)));
        assertThat(PolicyPath.of(new Mode.Failover(), state)).contains(WAN);
        assertThat(PolicyPath.of(new Mode.Never(), state)).contains(WAN);
        assertThat(PolicyPath.of(new Mode.Strict(), state)).isEmpty();
        assertThat(PolicyPath.of(ALWAYS_BEN, state)).isEmpty();
    }

    @Test
    void whileAPeerServesThoseWhoNeverUseOneAreRefused() {
        take(new FailoverEvent.Preferred(List.of(WAN, ANA, BEN)));
        for (PathId path : List.of(WAN, ANA, BEN)) judge(path, Verdict.UP);
        judge(WAN, Verdict.DOWN);
        assertThat(PolicyPath.of(new Mode.Failover(), state)).contains(ANA);
        assertThat(PolicyPath.of(new Mode.Strict(), state)).contains(ANA);
        assertThat(PolicyPath.of(ALWAYS_BEN, state)).contains(BEN);
        assertThat(PolicyPath.of(new Mode.Never(), state)).isEmpty();
        judge(WAN, Verdict.UP);
        assertThat(state.active()).as("the WAN is held").isEqualTo(ANA);
        assertThat(PolicyPath.of(new Mode.Never(), state)).as("but lives").contains(WAN);
    }

    @Test
    void thoseWhoNeverUseAPeerTakeTheNextOwnLine() {
        take(new FailoverEvent.Preferred(List.of(WAN, LTE, ANA)));
        for (PathId path : List.of(WAN, LTE, ANA)) judge(path, Verdict.UP);
        judge(WAN, Verdict.DOWN);
        assertThat(PolicyPath.of(new Mode.Never(), state)).contains(LTE);
    }

    @Test
    void offlineOnlyUsualTrafficTriesTheOwnWan() {
        take(new FailoverEvent.Preferred(List.of(WAN, ANA, BEN)));
        for (PathId path : List.of(WAN, ANA, BEN)) judge(path, Verdict.DOWN);
        assertThat(PolicyPath.of(new Mode.Failover(), state)).contains(WAN);
        for (Mode mode : List.of(new Mode.Strict(), new Mode.Never(), ALWAYS_BEN))
            assertThat(PolicyPath.of(mode, state)).as(mode.word()).isEmpty();
    }

    @Test
    void aFixedExitThatIsDeadIsNotReplaced() {
        take(new FailoverEvent.Preferred(List.of(WAN, ANA, BEN)));
        for (PathId path : List.of(WAN, ANA, BEN)) judge(path, Verdict.UP);
        judge(BEN, Verdict.DOWN);
        assertThat(PolicyPath.of(ALWAYS_BEN, state)).isEmpty();
    }

    private void judge(PathId path, Verdict verdict) {
        take(new FailoverEvent.Judged(path, verdict, "so it is"));
    }

    private void take(FailoverEvent event) {
        state = Failover.step(state, event, now).state();
    }
}
