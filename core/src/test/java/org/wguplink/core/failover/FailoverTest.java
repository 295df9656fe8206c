package org.wguplink.core.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.wguplink.core.failover.FailoverCommand.Activate;
import org.wguplink.core.failover.FailoverCommand.DropFlows;
import org.wguplink.core.failover.FailoverEvent.Drained;
import org.wguplink.core.failover.FailoverEvent.Draining;
import org.wguplink.core.failover.FailoverEvent.DrainsResumed;
import org.wguplink.core.failover.FailoverEvent.Enabled;
import org.wguplink.core.failover.FailoverEvent.Judged;
import org.wguplink.core.failover.FailoverEvent.Preferred;
import org.wguplink.core.failover.FailoverEvent.Rated;
import org.wguplink.core.failover.FailoverEvent.Recalled;
import org.wguplink.core.failover.FailoverEvent.Resumed;
import org.wguplink.core.failover.FailoverEvent.Riding;
import org.wguplink.core.failover.FailoverEvent.Tick;
import org.wguplink.core.health.PortalWatch;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;

class FailoverTest {
    private static final PathId.OwnWan WAN = new PathId.OwnWan("wan");
    private static final PathId.OwnWan LTE = new PathId.OwnWan("lte");
    private static final PathId.Uplink ANA = new PathId.Uplink(new PeerId("ana"));
    private static final PathId.Uplink BEN = new PathId.Uplink(new PeerId("ben"));

    private FailoverState state = FailoverState.start(true, new MonoTime(0));
    private MonoTime now = new MonoTime(0);
    private final List<FailoverCommand> commands = new ArrayList<>();

    @Test
    void aNodeThatHasJustStartedKeepsItsWanUntilTheProbesHaveSpoken() {
        assertThat(state.active()).isEqualTo(PathId.NONE);
        step(new Preferred(List.of(WAN, ANA)));
        judge(ANA, Verdict.UP);
        assertThat(state.active()).isEqualTo(WAN);
        assertThat(commands).isEmpty();
        assertThat(state.offline()).isFalse();
    }

    @Test
    void aTunnelThatComesBackAfterTheWanDiedWaitsForTheWanThatMayBeBackToo() {
        step(new Preferred(List.of(WAN, ANA, BEN)));
        judge(WAN, Verdict.UP);
        judge(ANA, Verdict.UP);
        step(new Riding(Map.of(ANA, WAN)));
        judge(WAN, Verdict.DOWN);
        pass(Duration.ofSeconds(1));
        judge(ANA, Verdict.UP);
        assertThat(state.nextWake(now)).contains(now.plus(FailoverState.WAN_COMES_TOO));
        judge(WAN, Verdict.UP);
        pass(FailoverState.WAN_COMES_TOO);
        assertThat(kinds()).as("it was the WAN").containsExactly("drop ana");
        judge(WAN, Verdict.DOWN);
        pass(Duration.ofSeconds(1));
        judge(ANA, Verdict.UP);
        pass(FailoverState.WAN_COMES_TOO);
        assertThat(kinds())
                .as("only one family of the WAN is dead")
                .containsExactly("drop ana", "activate ana", "drop wan");
    }

    /** Seed 170 of the simulation of many nodes: six switches in 30 s, though one uplink was stable. */
    @Test
    void aTunnelOverAWanThatFlapsIsNotPreferredBeforeTheWanIsTrusted() {
        step(new Preferred(List.of(WAN, ANA, BEN)));
        List.of(WAN, ANA, BEN).forEach(p -> judge(p, Verdict.UP));
        step(new Riding(Map.of(ANA, WAN)));
        for (int i = 0; i < 2; i++) {
            judge(WAN, Verdict.DOWN);
            pass(Duration.ofSeconds(1));
            List.of(WAN, ANA).forEach(p -> judge(p, Verdict.UP));
            if (i == 0) pass(PathStanding.FIRST_HOLD);
        }
        assertThat(state.active()).isEqualTo(BEN);
        pass(PathStanding.FIRST_HOLD);
        assertThat(state.active()).as("ana has held, and wan has not").isEqualTo(BEN);
        pass(PathStanding.SECOND_HOLD);
        assertThat(state.active()).isEqualTo(WAN);
    }

    @Test
    void aRestartWhileBorrowingChangesNothingAndTheWanMustHoldBeforeItIsTrusted() {
        step(new Preferred(List.of(WAN, ANA, BEN)));
        step(new Resumed(ANA));
        judge(WAN, Verdict.DOWN);
        judge(ANA, Verdict.UP);
        judge(WAN, Verdict.UP);
        assertThat(state.active()).isEqualTo(ANA);
        assertThat(commands).isEmpty();
        pass(PathStanding.FIRST_HOLD);
        assertThat(kinds()).containsExactly("activate wan");
    }

    @Test
    void anUplinkOfAnEarlierRunThatIsDeadIsLeftAtOnce() {
        step(new Preferred(List.of(WAN, ANA, BEN)));
        step(new Resumed(ANA));
        judge(BEN, Verdict.UP);
        judge(ANA, Verdict.DOWN);
        assertThat(kinds()).containsExactly("activate ben", "drop ana", "drop wan");
    }

    @Test
    void anUplinkOfAnEarlierRunThatIsThereNoLongerIsNotResumed() {
        step(new Preferred(List.of(WAN, BEN)));
        step(new Resumed(ANA));
        assertThat(state.active()).isEqualTo(WAN);
    }

    @Test
    void aRestartOnTheSecondOwnWanStaysThereUntilTheFirstHasHeld() {
        step(new Preferred(List.of(WAN, LTE, ANA)));
        step(new Resumed(LTE));
        judge(LTE, Verdict.UP);
        judge(WAN, Verdict.UP);
        assertThat(commands).isEmpty();
        pass(PathStanding.FIRST_HOLD);
        assertThat(kinds()).containsExactly("activate wan");
    }

    @Test
    void whatStaysOnAnUplinkAfterTheReturnEndsAfterTenMinutes() {
        ready();
        judge(WAN, Verdict.DOWN);
        judge(WAN, Verdict.UP);
        pass(PathStanding.FIRST_HOLD);
        assertThat(state.active()).isEqualTo(WAN);
        commands.clear();
        assertThat(state.nextWake(now)).contains(now.plus(Duration.ofMinutes(10)));
        pass(Duration.ofMinutes(10).minusMillis(1));
        assertThat(commands).isEmpty();
        pass(Duration.ofMillis(1));
        assertThat(kinds()).containsExactly("drop ana");
        pass(Duration.ofMinutes(20));
        assertThat(kinds()).hasSize(1);
    }

    @Test
    void aMeteredUplinkIsDrainedSoonerAndOneThatIsUsedAgainNotAtAll() {
        ready();
        step(new Draining(Duration.ofMinutes(5), Map.of(ANA, Duration.ofSeconds(30))));
        judge(WAN, Verdict.DOWN);
        judge(WAN, Verdict.UP);
        pass(PathStanding.FIRST_HOLD);
        pass(Duration.ofSeconds(29));
        judge(WAN, Verdict.DOWN);
        commands.clear();
        pass(Duration.ofSeconds(30));
        assertThat(commands).isEmpty();
        judge(WAN, Verdict.UP);
        pass(PathStanding.SECOND_HOLD);
        commands.clear();
        pass(Duration.ofSeconds(30));
        assertThat(kinds()).containsExactly("drop ana");
    }

    @Test
    void anUplinkThatTheUserDrainsIsLeftAtOnceAndTakenOnlyWhenNothingElseWorks() {
        ready();
        judge(BEN, Verdict.UP);
        judge(WAN, Verdict.DOWN);
        commands.clear();
        step(new Drained(ANA, Optional.empty()));
        assertThat(kinds()).containsExactly("activate ben");
        assertThat(state.why()).isEqualTo("ana is being drained");
        commands.clear();
        judge(BEN, Verdict.DOWN);
        assertThat(kinds()).containsExactly("activate ana", "drop ben", "drop wan");
        pass(Duration.ofMinutes(11));
        assertThat(state.active()).as("what carries the traffic is not ended").isEqualTo(ANA);
        commands.clear();
        step(new Recalled(ANA));
        judge(BEN, Verdict.UP);
        assertThat(commands).isEmpty();
        step(new Drained(ANA, Optional.of(Duration.ZERO)));
        pass(PathStanding.SECOND_HOLD);
        assertThat(kinds()).containsExactly("activate ben", "drop ana");
    }

    @Test
    void whatBeginsOnAnUplinkThatTheUserHasDrainedBeforeHasATimeOfItsOwn() {
        step(new Preferred(List.of(WAN, ANA)));
        judge(WAN, Verdict.UP);
        judge(ANA, Verdict.UP);
        step(new Drained(ANA, Optional.of(Duration.ZERO)));
        judge(WAN, Verdict.DOWN);
        assertThat(state.active()).as("nothing else works").isEqualTo(ANA);
        judge(WAN, Verdict.UP);
        pass(PathStanding.SECOND_HOLD);
        assertThat(state.active()).isEqualTo(WAN);
        commands.clear();
        pass(Duration.ofMinutes(10).minusMillis(1));
        assertThat(commands).isEmpty();
        pass(Duration.ofMillis(1));
        assertThat(kinds()).containsExactly("drop ana");
    }

    @Test
    void aDrainThatRanOutLongAgoWhileNothingElseWorkedTakesNothingAlongAtTheReturn() {
        step(new Preferred(List.of(WAN, ANA)));
        judge(WAN, Verdict.UP);
        judge(ANA, Verdict.UP);
        judge(WAN, Verdict.DOWN);
        step(new Drained(ANA, Optional.empty()));
        pass(Duration.ofMinutes(30));
        commands.clear();
        judge(WAN, Verdict.UP);
        pass(PathStanding.SECOND_HOLD);
        assertThat(kinds()).containsExactly("activate wan");
        pass(Duration.ofMinutes(10));
        assertThat(kinds()).containsExactly("activate wan", "drop ana");
    }

    @Test
    void drainsOfAnEarlierRunEndWhenTheyWouldHave() {
        step(new Preferred(List.of(WAN, ANA, BEN)));
        step(new Resumed(BEN));
        PathId.Uplink gone = new PathId.Uplink(new PeerId("carl"));
        Duration left = Duration.ofSeconds(30);
        step(new DrainsResumed(Map.of(ANA, left, gone, left, BEN, Duration.ZERO), Set.of(ANA)));
        assertThat(state.active()).as("what carries the traffic is not ended").isEqualTo(BEN);
        assertThat(commands).isEmpty();
        pass(Duration.ofSeconds(29));
        judge(ANA, Verdict.UP);
        assertThat(commands).as("new flows are to leave it").isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(kinds()).containsExactly("drop ana");
        assertThat(state.drains().isOrdered(ANA)).isTrue();
        assertThat(state.drains().until()).doesNotContainKey(gone);
    }

    @Test
    void aPoorWanIsLeftForAnUplinkThatIsNotAndKeepsItsFlows() {
        step(new Preferred(List.of(WAN, ANA, BEN)));
        judge(WAN, Verdict.UP);
        rate(WAN, "loses 30 % of its probes");
        assertThat(commands).as("nothing better is there").isEmpty();
        judge(ANA, Verdict.UP);
        assertThat(kinds()).containsExactly("activate ana");
        assertThat(state.why()).isEqualTo("wan loses 30 % of its probes");
        comesBackAfter(PathStanding.FIRST_HOLD);
        rate(WAN, "loses 30 % of its probes");
        assertThat(kinds()).containsExactly("activate ana");
        comesBackAfter(PathStanding.SECOND_HOLD);
    }

    @Test
    void whatWasNotLeftThoughPoorOrWasBehindAPortalNeedNotProveItself() {
        step(new Preferred(List.of(WAN, ANA)));
        judge(WAN, Verdict.UP);
        rate(WAN, "loses 30 % of its probes");
        rate(WAN);
        assertThat(state.trusted(WAN, now)).as("nothing better was there").isTrue();
        judge(ANA, Verdict.UP);
        rate(WAN, PortalWatch.COMPLAINT);
        assertThat(kinds()).containsExactly("activate ana");
        commands.clear();
        rate(WAN);
        assertThat(kinds()).as("somebody has logged in").containsExactly("activate wan");
    }

    /** One that is poor again and again is held down ever longer, as one that dies. */
    private void comesBackAfter(Duration hold) {
        commands.clear();
        rate(WAN);
        pass(hold.minusMillis(1));
        assertThat(commands).isEmpty();
        pass(Duration.ofMillis(1));
        assertThat(kinds()).containsExactly("activate wan");
        commands.clear();
    }

    @Test
    void anUplinkThatRidesThePoorWanIsNoBetter() {
        step(new Preferred(List.of(WAN, ANA)));
        judge(WAN, Verdict.UP);
        judge(ANA, Verdict.UP);
        step(new Riding(Map.of(ANA, WAN)));
        rate(WAN, "answers after 900 ms");
        assertThat(commands).isEmpty();
        step(new Riding(Map.of()));
        assertThat(kinds()).containsExactly("activate ana");
    }

    @Test
    void aTunnelLeadsPastThePortalOfTheWanThatItRides() {
        step(new Preferred(List.of(WAN, ANA)));
        judge(WAN, Verdict.UP);
        judge(ANA, Verdict.UP);
        step(new Riding(Map.of(ANA, WAN)));
        rate(WAN, PortalWatch.COMPLAINT);
        assertThat(kinds()).containsExactly("activate ana");
        assertThat(state.why()).isEqualTo("wan is behind a captive portal");
    }

    @Test
    void amongPoorPathsTheOrderDecidesAndAnythingIsBetterThanNothing() {
        step(new Preferred(List.of(WAN, ANA, BEN)));
        judge(WAN, Verdict.UP);
        judge(ANA, Verdict.UP);
        judge(BEN, Verdict.UP);
        rate(ANA, "loses 30 % of its probes");
        judge(WAN, Verdict.DOWN);
        assertThat(kinds()).containsExactly("activate ben", "drop wan");
        commands.clear();
        rate(BEN, "loses 90 % of its probes");
        assertThat(kinds()).containsExactly("activate ana");
        judge(ANA, Verdict.DOWN);
        assertThat(state.active()).isEqualTo(BEN);
    }

    @Test
    void aPathThatIsGoneTakesItsComplaintAlong() {
        step(new Preferred(List.of(WAN, LTE)));
        judge(WAN, Verdict.UP);
        judge(LTE, Verdict.UP);
        rate(LTE, "answers after 900 ms");
        step(new Preferred(List.of(WAN)));
        assertThat(state.complaints()).isEmpty();
    }

    @Test
    void aNodeWithoutAnOwnWanTakesAnUplinkAndTheOwnWanWhenItComes() {
        judge(PathId.NONE, Verdict.DOWN);
        assertThat(state.offline()).isTrue();
        step(new Preferred(List.of(ANA)));
        judge(ANA, Verdict.UP);
        assertThat(kinds()).containsExactly("activate ana");
        step(new Preferred(List.of(WAN, ANA)));
        judge(WAN, Verdict.UP);
        assertThat(kinds()).containsExactly("activate ana", "activate wan");
    }

    @Test
    void aSecondOwnWanComesBeforeEveryUplink() {
        step(new Preferred(List.of(WAN, LTE, ANA)));
        List.of(WAN, LTE, ANA).forEach(p -> judge(p, Verdict.UP));
        assertThat(commands).isEmpty();
        judge(WAN, Verdict.DOWN);
        assertThat(kinds()).containsExactly("activate lte", "drop wan");
        judge(LTE, Verdict.DOWN);
        assertThat(kinds()).endsWith("activate ana", "drop lte", "drop wan");
        judge(LTE, Verdict.UP);
        pass(Duration.ofSeconds(6));
        assertThat(state.active()).isEqualTo(LTE);
        judge(WAN, Verdict.UP);
        pass(Duration.ofSeconds(6));
        assertThat(state.active()).isEqualTo(WAN);
    }

    @Test
    void aDeviceThatVanishesIsLeftAtOnce() {
        step(new Preferred(List.of(WAN, LTE)));
        List.of(WAN, LTE).forEach(p -> judge(p, Verdict.UP));
        step(new Preferred(List.of(LTE)));
        assertThat(kinds()).containsExactly("activate lte", "drop wan");
    }

    @Test
    void aTunnelThatRidesADeadWanIsNoWayOutUntilSomethingComesBackThroughIt() {
        ready();
        step(new Riding(Map.of(ANA, WAN, BEN, WAN)));
        judge(WAN, Verdict.DOWN);
        assertThat(commands).isEmpty();
        assertThat(state.offline()).isTrue();
        assertThat(state.allRideDeadWans()).isTrue();
        judge(BEN, Verdict.UP);
        pass(FailoverState.WAN_COMES_TOO);
        assertThat(kinds()).containsExactly("activate ben", "drop wan", "drop ana");
    }

    @Test
    void aTunnelBesideTheDeadWanIsTakenAtOnce() {
        ready();
        step(new Riding(Map.of(ANA, WAN)));
        judge(WAN, Verdict.DOWN);
        assertThat(kinds()).containsExactly("activate ben", "drop wan", "drop ana");
        assertThat(state.allRideDeadWans()).isFalse();
    }

    @Test
    void aDoubtedTunnelThatAnswersHasNotFailed() {
        ready();
        step(new Riding(Map.of(ANA, WAN)));
        judge(WAN, Verdict.DOWN);
        judge(ANA, Verdict.UP);
        assertThat(state.standing(ANA).failures()).isZero();
        assertThat(state.active()).as("as the WAN has to hold, so has ana").isEqualTo(BEN);
        assertThat(state.nextWake(now)).contains(now.plus(PathStanding.FIRST_HOLD));
        pass(PathStanding.FIRST_HOLD);
        assertThat(state.active()).isEqualTo(ANA);
    }

    /** It cost two switches a flap. */
    @Test
    void aTunnelThatAnswersBeforeItsFlappingWanDoesIsHeldDownWithIt() {
        ready();
        step(new Riding(Map.of(ANA, WAN)));
        for (int flap = 0; flap < 15; flap++) {
            judge(WAN, Verdict.DOWN);
            pass(Duration.ofSeconds(2));
            judge(ANA, Verdict.UP);
            pass(Duration.ofSeconds(1));
            judge(WAN, Verdict.UP);
            pass(Duration.ofSeconds(1));
        }
        assertThat(kinds().stream().filter(kind -> kind.startsWith("activate"))).containsExactly("activate ben");
    }

    @Test
    void aTunnelOverADeadWanIsBetterThanNothing() {
        ready();
        step(new Riding(Map.of(ANA, WAN)));
        judge(BEN, Verdict.DOWN);
        judge(WAN, Verdict.DOWN);
        assertThat(state.offline()).isTrue();
        judge(ANA, Verdict.UP);
        pass(FailoverState.WAN_COMES_TOO);
        assertThat(state.active()).isEqualTo(ANA);
    }

    @Test
    void flowsThatBeganOnAWanBeforeItWasFoundDeadAreFreed() {
        step(new Preferred(List.of(WAN, ANA)));
        judge(ANA, Verdict.UP);
        judge(WAN, Verdict.DOWN);
        assertThat(kinds()).containsExactly("activate ana", "drop wan");
    }

    @Test
    void aLostWanMovesNewFlowsToTheBestUplinkAndEndsItsOwnFlows() {
        ready();
        judge(WAN, Verdict.DOWN);
        assertThat(state.active()).isEqualTo(ANA);
        assertThat(kinds()).containsExactly("activate ana", "drop wan");
    }

    @Test
    void aSuspectedPathKeepsItsFlows() {
        ready();
        judge(WAN, Verdict.SUSPECT);
        assertThat(commands).isEmpty();
    }

    @Test
    void aDeadProviderHandsOverToTheNext() {
        ready();
        judge(WAN, Verdict.DOWN);
        judge(ANA, Verdict.DOWN);
        assertThat(kinds()).containsExactly("activate ana", "drop wan", "activate ben", "drop ana", "drop wan");
    }

    @Test
    void aProviderThatComesBackMustHoldBeforeItIsPreferredAgain() {
        ready();
        judge(WAN, Verdict.DOWN);
        judge(ANA, Verdict.DOWN);
        judge(ANA, Verdict.UP);
        assertThat(state.active()).isEqualTo(BEN);
        pass(Duration.ofMillis(4900));
        assertThat(state.active()).isEqualTo(BEN);
        pass(Duration.ofMillis(200));
        assertThat(state.active()).isEqualTo(ANA);
    }

    @Test
    void failbackWaitsFiveSecondsAndDropsNoFlow() {
        ready();
        judge(WAN, Verdict.DOWN);
        commands.clear();
        judge(WAN, Verdict.UP);
        pass(Duration.ofMillis(4900));
        assertThat(commands).isEmpty();
        pass(Duration.ofMillis(200));
        assertThat(kinds()).containsExactly("activate wan");
    }

    @Test
    void aSecondFailureHoldsForAMinuteAndAThirdForTwo() {
        ready();
        fail(WAN, Duration.ofSeconds(6));
        judge(WAN, Verdict.DOWN);
        judge(WAN, Verdict.UP);
        pass(Duration.ofSeconds(59));
        assertThat(state.active()).isEqualTo(ANA);
        pass(Duration.ofSeconds(2));
        assertThat(state.active()).isEqualTo(WAN);
        judge(WAN, Verdict.DOWN);
        judge(WAN, Verdict.UP);
        pass(Duration.ofSeconds(119));
        assertThat(state.active()).isEqualTo(ANA);
        pass(Duration.ofSeconds(2));
        assertThat(state.active()).isEqualTo(WAN);
    }

    @Test
    void aFailureDuringTheHoldBeginsItAnew() {
        ready();
        judge(WAN, Verdict.DOWN);
        judge(WAN, Verdict.UP);
        pass(Duration.ofSeconds(4));
        judge(WAN, Verdict.DOWN);
        judge(WAN, Verdict.UP);
        pass(Duration.ofSeconds(30));
        assertThat(state.active()).isEqualTo(ANA);
    }

    @Test
    void longStabilityForgivesFailures() {
        ready();
        fail(WAN, Duration.ofSeconds(6));
        pass(Duration.ofMinutes(21));
        judge(WAN, Verdict.DOWN);
        judge(WAN, Verdict.UP);
        pass(Duration.ofSeconds(6));
        assertThat(state.active()).isEqualTo(WAN);
    }

    @Test
    void withoutAnyLivePathTheNodeIsOfflineOnItsOwnWan() {
        loseEverything();
        assertThat(state.active()).isEqualTo(WAN);
        assertThat(state.offline()).isTrue();
        assertThat(kinds()).containsExactly("drop ana", "drop ben");
    }

    @Test
    void anOfflineNodeTakesWhateverComesBackFirstWithoutAHold() {
        loseEverything();
        judge(BEN, Verdict.UP);
        assertThat(state.active()).isEqualTo(BEN);
        assertThat(state.offline()).isFalse();
    }

    @Test
    void whileOfflineNoFlowIsEndedAndAfterwardsThoseOfAllThatIsDead() {
        loseEverything();
        commands.clear();
        judge(BEN, Verdict.UP);
        assertThat(kinds()).containsExactlyInAnyOrder("activate ben", "drop wan", "drop ana");
    }

    @Test
    void anOwnWanThatComesBackByItselfKeepsItsFlows() {
        loseEverything();
        commands.clear();
        judge(WAN, Verdict.UP);
        assertThat(kinds()).containsExactly("drop ana", "drop ben");
    }

    @Test
    void whatWorksIsNotExchangedForAnotherThatIsOnlyUp() {
        loseEverything();
        judge(BEN, Verdict.UP);
        judge(ANA, Verdict.UP);
        assertThat(state.active()).isEqualTo(BEN);
        pass(Duration.ofSeconds(6));
        assertThat(state.active()).isEqualTo(ANA);
    }

    @Test
    void anUplinkThatIsRemovedWhileInUseIsLeftAtOnce() {
        ready();
        judge(WAN, Verdict.DOWN);
        commands.clear();
        step(new Preferred(List.of(WAN, BEN)));
        assertThat(kinds()).containsExactly("activate ben", "drop ana", "drop wan");
    }

    @Test
    void disablingGoesBackToTheOwnWanEvenWhenItIsDown() {
        ready();
        judge(WAN, Verdict.DOWN);
        commands.clear();
        step(new Enabled(false));
        assertThat(kinds()).containsExactly("activate wan");
        judge(ANA, Verdict.DOWN);
        judge(ANA, Verdict.UP);
        pass(Duration.ofMinutes(1));
        assertThat(state.active()).isEqualTo(WAN);
        step(new Enabled(true));
        assertThat(state.active()).isEqualTo(ANA);
    }

    @Test
    void enablingWhileTheOwnWanIsDeadEndsItsFlows() {
        ready();
        step(new Enabled(false));
        judge(WAN, Verdict.DOWN);
        assertThat(commands).isEmpty();
        step(new Enabled(true));
        assertThat(kinds()).containsExactly("activate ana", "drop wan");
    }

    @Test
    void sayingTheSameTwiceDoesNothing() {
        ready();
        judge(WAN, Verdict.DOWN);
        FailoverState before = state;
        commands.clear();
        judge(WAN, Verdict.DOWN);
        step(new Preferred(List.of(WAN, ANA, BEN)));
        step(new Tick());
        assertThat(commands).isEmpty();
        assertThat(state).isEqualTo(before);
    }

    @Test
    void theReasonNamesWhatHappened() {
        ready();
        judge(WAN, Verdict.DOWN);
        assertThat(commands.getFirst()).isEqualTo(new Activate(ANA, "wan is down: said so"));
    }

    private void ready() {
        step(new Preferred(List.of(WAN, ANA, BEN)));
        judge(WAN, Verdict.UP);
        judge(ANA, Verdict.UP);
        judge(BEN, Verdict.UP);
        commands.clear();
    }

    private void loseEverything() {
        ready();
        judge(ANA, Verdict.DOWN);
        judge(BEN, Verdict.DOWN);
        judge(WAN, Verdict.DOWN);
    }

    private void fail(PathId path, Duration untilTrusted) {
        judge(path, Verdict.DOWN);
        judge(path, Verdict.UP);
        pass(untilTrusted);
        assertThat(state.active()).isEqualTo(path);
        commands.clear();
    }

    private void rate(PathId path, String... complaint) {
        step(new Rated(path, List.of(complaint).stream().findFirst()));
    }

    private void judge(PathId path, Verdict verdict) {
        step(new Judged(path, verdict, "said so"));
    }

    private void pass(Duration time) {
        now = now.plus(time);
        step(new Tick());
    }

    private void step(FailoverEvent event) {
        Failover.Step step = Failover.step(state, event, now);
        state = step.state();
        commands.addAll(step.commands());
    }

    private List<String> kinds() {
        return commands.stream()
                .map(c -> switch (c) {
                    case Activate(var path, var why) -> "activate " + path;
                    case DropFlows(var path) -> "drop " + path;
                })
                .toList();
    }
}
