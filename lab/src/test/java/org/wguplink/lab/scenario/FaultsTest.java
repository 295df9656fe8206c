package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.wguplink.control.Status;
import org.wguplink.control.Uplink;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/**
 * A bad day: everything fails, one thing after the other. C borrows from A, then B, then D; B would borrow from C. Each
 * line fails a second time only where the test says so, since its hold-down grows from 5 s to a minute.
 */
@NeedsLab
@Order(1)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultsTest {
    private static final Duration FIRST_HOLD = Duration.ofSeconds(5);
    private static final Duration STEADY = Duration.ofSeconds(3);

    private Lab lab;
    private LabNode a;
    private LabNode b;
    private LabNode c;
    private LabNode d;
    private final Map<LabNode, Cut> cuts = new HashMap<>();

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "B", "C", "D"));
        a = lab.node("A");
        b = lab.node("B");
        c = lab.node("C");
        d = lab.node("D");
        MeshSetup.found(lab);
        MeshSetup.startDaemons(lab);
        MeshSetup.addUplinks(c, List.of(a, b, d));
        MeshSetup.addUplinks(b, List.of(c));
    }

    @AfterAll
    void close() throws Exception {
        lab.close();
    }

    @Test
    @Order(1)
    void aGatewayWithNothingBehindItIsLeftAndTheBorrowerLendsNoMore() throws Exception {
        cut(c, Fault.UPSTREAM);
        assertServedBy(a);
        assertThat(c.status().wan().carrier()).isTrue();
        assertWithdrawn(c, b, "it borrows from nodeA");
        assertThat(c.status().offering().active()).isFalse();
    }

    @Test
    @Order(2)
    void aProviderThatVanishesIsLeftForTheNext() throws Exception {
        cut(a, Fault.VANISH);
        assertServedBy(b);
    }

    @Test
    @Order(3)
    void aProviderThatLosesItsWanIsLeftWithdrawsAndDoesNotBorrowFromABorrower() throws Exception {
        int before = Switches.of(b);
        cut(b, Fault.CARRIER);
        assertServedBy(d);
        assertWithdrawn(b, c, "its own WAN is not verified");
        assertWithdrawn(b, d, "its own WAN is not verified");
        assertStays(b, "offline");
        assertThat(Switches.of(b) - before).as("switches of B").isZero();
        assertThat(c.status().via()).isEqualTo(d.peerId());
    }

    @Test
    @Order(4)
    void aFirstRecoveryIsTrustedAfterFiveSecondsOfStability() throws Exception {
        heal(b);
        long healed = System.nanoTime();
        heal(c);
        Facts.awaitState(c, "direct");
        assertThat(Duration.ofNanos(System.nanoTime() - healed)).isGreaterThanOrEqualTo(FIRST_HOLD);
        assertThat(Facts.exitOfLan(c)).isEqualTo(c.site().wan4());
        Facts.awaitWanUp(b);
        Facts.awaitUplink(c, b, "ready");
        Facts.awaitUplink(b, c, "ready");
    }

    @Test
    @Order(5)
    void twoThatLoseTheirWansTogetherDoNotUseEachOther() throws Exception {
        int ofB = Switches.of(b);
        int ofC = Switches.of(c);
        cut(b, Fault.CARRIER);
        cut(c, Fault.CARRIER);
        assertServedBy(d);
        Facts.awaitState(b, "offline");
        assertStays(b, "offline");
        assertThat(c.status().via()).isEqualTo(d.peerId());
        // each may have tried the other, until its word came that it lends no more
        assertThat(Switches.of(b) - ofB).as("switches of B").isLessThanOrEqualTo(2);
        assertThat(Switches.of(c) - ofC).as("switches of C").isLessThanOrEqualTo(2);
    }

    @Test
    @Order(6)
    void aWanThatFlapsIsNotUsedAndItsHoldDownGrowsFromAMinute() throws Exception {
        int before = Switches.of(c);
        heal(c);
        double second = awaitHold();
        assertThat(second).isBetween(30.0, 60.0);
        for (int flap = 0; flap < 2; flap++) {
            try (Cut _ = c.cut(Fault.BLACKHOLE)) {
                awaitWan("down");
            }
            awaitWan("recovering");
        }
        assertThat(awaitHold()).isGreaterThan(150);
        assertThat(Switches.of(c) - before).as("switches of C").isZero();
        assertServedBy(d);
    }

    private void cut(LabNode node, Fault fault) throws IOException {
        cuts.put(node, node.cut(fault));
    }

    private void heal(LabNode node) throws IOException {
        Cut cut = cuts.remove(node);
        assertThat(cut).as("what is wrong with %s", node.name()).isNotNull();
        if (cut != null) cut.heal();
    }

    private void assertServedBy(LabNode provider) throws IOException {
        Facts.awaitVia(c, provider);
        Await.until("C's LAN leaves by %s".formatted(provider.name()), Facts.SOON, c, () -> {
            String exit = Facts.exitOfLan(c);
            return Await.Seen.when(exit.equals(provider.site().wan4()), exit);
        });
    }

    /** The provider's offer says, at another node, that it is not available, and why. */
    private static void assertWithdrawn(LabNode provider, LabNode at, String why) throws IOException {
        Await.until("%s hears '%s'".formatted(at.peerId(), why), Facts.LATER, at, () -> {
            // before the offer comes, its own probes may find that nothing answers
            Uplink now = Facts.uplink(at, provider);
            return Await.Seen.when(
                    now.state().equals("unavailable")
                            && String.valueOf(now.reason()).contains(why),
                    now);
        });
    }

    private static void assertStays(LabNode node, String state) throws IOException {
        Facts.awaitState(node, state);
        for (int look = 0; look < 10; look++) {
            Await.pause(STEADY.dividedBy(10));
            Status now = node.status();
            assertThat(now.state()).as("state, via %s", now.via()).isEqualTo(state);
        }
    }

    private void awaitWan(String state) throws IOException {
        Await.until("the WAN of C is " + state, Facts.LATER, c, () -> {
            Status now = c.status();
            return Await.Seen.when(now.wan().state().equals(state), now.wan());
        });
    }

    /** Seconds until C's WAN is trusted, once it answers. */
    private double awaitHold() throws IOException {
        awaitWan("recovering");
        Double hold = c.status().wan().stableInS();
        return hold == null ? 0 : hold;
    }
}
