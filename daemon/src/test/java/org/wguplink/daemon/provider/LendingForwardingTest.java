package org.wguplink.daemon.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Family;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.loop.EventLoop;

/** The offer follows what the test of the forwarding finds. */
class LendingForwardingTest extends LendingFixture {
    @Test
    void nothingIsOfferedBeforeItsForwardingIsTested() throws Exception {
        assertThat(publishedBeforeTheTest).isEmpty();
        assertThat(published.getFirst().capabilities().available()).isTrue();
    }

    @Test
    void whatWasWithdrawnIsTestedAgainBeforeItIsOffered() throws Exception {
        configure(config(false).lending());
        configure(config(true).lending());
        assertThat(lending.available()).isFalse();
        assertThat(lending.settled()).isFalse();
        test();
        assertThat(lending.available()).isTrue();
        assertThat(lending.settled()).isTrue();
    }

    /** A flow that goes on by another line is not refused for the moment of a test. */
    @Test
    void anotherLineIsLentOnWhatWasFoundOfTheLastOneUntilItIsTested() throws Exception {
        loop.call(() -> {
            lending.line(Optional.of(FakeForwarding.OTHER_LINE));
            forwarding.blocks(Family.IPV4, "blocked by table inet fw4", true);
            lending.considered(Optional.empty(), Duration.ofMillis(7), EventLoop.now());
            return true;
        });
        assertThat(lending.available()).isTrue();
        test();
        assertThat(lending.available()).isFalse();
    }

    @Test
    void theConsumerOfATestIsServedForItsTimeAloneAndNeverWithTheSameKey() throws Exception {
        test();
        assertThat(forwarding.admitted()).hasSize(2).doesNotHaveDuplicates().doesNotContainNull();
        assertThat(tunnels.made(TunnelName.SERVED).peers()).isEmpty();
        assertThat(lending.filter().orElseThrow().leased())
                .containsAll(lending.filter().orElseThrow().testers());
    }

    @Test
    void aFilterThatBlocksWithdrawsTheOfferWithItsNameAndTheOfferComesBack() throws Exception {
        forwarding.blocks(Family.IPV4, "blocked by table inet fw4", true);
        test();
        assertThat(published.getLast().capabilities().available()).isFalse();
        assertThat(published.getLast().reason()).isEqualTo("blocked by table inet fw4");
        assertThat(lending.filter().orElseThrow().open()).isFalse();
        assertThat(lending.filter().orElseThrow().testers()).isNotEmpty();
        forwarding.opens();
        test();
        assertThat(published.getLast().capabilities().available()).isTrue();
    }

    @Test
    void oneTestThatFailsForNoNamedReasonWithdrawsNothing() throws Exception {
        forwarding.blocks(Family.IPV4, "no answer", false);
        for (int i = 1; i < Forwarding.PATIENCE; i++) {
            test();
            assertThat(lending.available()).isTrue();
        }
        test();
        assertThat(lending.available()).isFalse();
    }

    @Test
    void aFamilyThatIsNotForwardedIsRefusedAndTheOtherIsLent() throws Exception {
        forwarding.blocks(Family.IPV6, "IPv6 forwarding is off", true);
        test();
        assertThat(lending.available()).isTrue();
        assertThat(lending.why()).hasValue("IPv6 forwarding is off");
        assertThat(lending.filter().orElseThrow().refused()).containsExactly(Family.IPV6);
    }

    /** A loop that is woken for something that is not done spins. */
    @Test
    void afterATickTheNextOneIsLaterWhetherSomethingCanBeTestedOrNot() throws Exception {
        assertThat(wakesLater(Duration.ofMinutes(10))).isTrue();
        forwarding.switchedOff(Family.IPV4, Family.IPV6);
        assertThat(wakesLater(Duration.ofMinutes(20))).isTrue();
        assertThat(lending.why()).hasValue("off");
        loop.call(() -> {
            lending.line(Optional.empty());
            return true;
        });
        assertThat(wakesLater(Duration.ofMinutes(30))).isTrue();
    }

    private boolean wakesLater(Duration ahead) throws Exception {
        MonoTime later = EventLoop.now().plus(ahead);
        return loop.call(() -> {
            lending.tick(later);
            return later.isBefore(lending.nextWake());
        });
    }
}
