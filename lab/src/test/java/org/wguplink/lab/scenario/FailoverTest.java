package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** What a host in a node's LAN notices when WANs die and return. Bounds are generous: the bench has the figures. */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailoverTest {
    private static final Duration BLACKHOLE_BOUND = Duration.ofSeconds(5);
    private static final Duration CARRIER_BOUND = Duration.ofSeconds(1);

    private Lab lab;
    private LabNode a;
    private LabNode b;
    private LabNode c;
    private LabNode d;

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "B", "C", "D"));
        a = lab.node("A");
        b = lab.node("B");
        c = lab.node("C");
        d = lab.node("D");
        MeshSetup.found(lab);
        MeshSetup.startDaemons(lab);
        MeshSetup.addUplinks(c, List.of(a, b));
        MeshSetup.addUplinks(d, List.of(b));
    }

    @AfterAll
    void close() throws Exception {
        lab.close();
    }

    @Test
    void aDeadWanIsReplacedByAThenByBAndTheWayBackLosesNothing() throws Exception {
        List<Cut> cuts = new ArrayList<>();
        try (Rescue rescue = Rescue.watch(lab, c)) {
            Rescue.Switch toA = rescue.cut(c, Fault.BLACKHOLE, a, cuts);
            assertThat(toA.via()).isEqualTo("nodeA");
            assertThat(toA.outage()).isLessThan(BLACKHOLE_BOUND);
            assertThat(Facts.exitOfLan(c)).isEqualTo(a.site().wan4());

            Rescue.Switch toB = rescue.cut(a, Fault.BLACKHOLE, b, cuts);
            assertThat(toB.via()).isEqualTo("nodeB");
            assertThat(toB.outage()).isLessThan(BLACKHOLE_BOUND);

            cuts.getLast().heal();
            MonoTime healedAt = cuts.getFirst().heal();
            Rescue.Failback back = rescue.measureFailback(healedAt);
            assertThat(back.pinnedLost()).as("lost packets of the pinned flow").isZero();
            assertThat(back.pinnedStayed()).as("the pinned flow kept its exit").isTrue();
            assertThat(back.freshBack()).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(20));
            assertThat(Facts.exitOfLan(c)).isEqualTo(c.site().wan4());
        } finally {
            for (Cut cut : cuts) cut.close();
        }
    }

    @Test
    void aLostCarrierSwitchesWithoutWaitingForAnyProbe() throws Exception {
        List<Cut> cuts = new ArrayList<>();
        try (Rescue rescue = Rescue.watch(lab, d)) {
            Rescue.Switch toB = rescue.cut(d, Fault.CARRIER, b, cuts);
            assertThat(toB.via()).isEqualTo("nodeB");
            assertThat(toB.outage()).isLessThan(CARRIER_BOUND);
            assertThat(d.status().wan().carrier()).isFalse();
            assertThat(d.status().wan().state()).isEqualTo("down");
        } finally {
            for (Cut cut : cuts) cut.close();
        }
    }
}
