package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.wguplink.control.Status;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.inet.InternetServers;
import org.wguplink.lab.meter.FreshFlows;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.net.NodeSettings;
import org.wguplink.lab.net.SecondWan;

/** Nodes with two lines of their own. C borrows from A; the faults of one test are still there in the next. */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OwnWansTest {
    private Lab lab;
    private LabNode a;
    private LabNode c;
    private SecondWan secondOfA;
    private SecondWan secondOfC;
    private final List<Cut> cuts = new ArrayList<>();

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "C"));
        a = lab.node("A");
        c = lab.node("C");
        secondOfA = SecondWan.add(lab, a);
        secondOfC = SecondWan.add(lab, c);
        MeshSetup.found(lab);
        for (LabNode node : List.of(a, c)) {
            NodeSettings settings = MeshSetup.settings(0).with("list wan 'wan2'");
            node.writeConfig(settings, (node == a ? c : a).site());
        }
        MeshSetup.startDaemons(lab);
        MeshSetup.addUplinks(c, List.of(a));
    }

    @AfterAll
    void stop() throws Exception {
        lab.close();
    }

    @Test
    @Order(0)
    void aPortForwardOfTheLineThatIsNotInUseAnswersByThatLine() throws Exception {
        c.run(
                        "nft",
                        "table inet lab_forward { chain pre { type nat hook prerouting priority dstnat;"
                                + " iifname wan2 tcp dport 8080 dnat ip to %s:80; }; }"
                                        .formatted(c.site().host4()))
                .orThrow();
        try (InternetServers _ =
                InternetServers.start(c.hostNamespace(), List.of(c.site().host4()))) {
            assertThat(lab.in(Lab.INTERNET, "curl", "-s", "-m", "2", "http://%s:8080/".formatted(secondOfC.address4()))
                            .orThrow())
                    .isNotBlank();
        }
    }

    @Test
    @Order(1)
    void theSecondOwnLineComesBeforeAnyUplink() throws Exception {
        assertThat(c.status().wanInUse()).isEqualTo("wan");
        assertThat(Facts.exitOfLan(c)).isEqualTo(c.site().wan4());
        cuts.add(c.cut(Fault.BLACKHOLE));
        awaitWan(c, "wan2");
        assertThat(c.status().state()).isEqualTo("direct");
        assertThat(Facts.exitOfLan(c)).isEqualTo(secondOfC.address4());
        assertThat(c.wgctl("status").orThrow()).contains("is on its own WAN (wan2", "wan2 is up");
    }

    @Test
    @Order(2)
    void withBothLinesDeadAPeerHelps() throws Exception {
        secondOfC.carrier(false);
        Facts.awaitVia(c, a);
        assertThat(Facts.exitOfLan(c)).isEqualTo(a.site().wan4());
    }

    @Test
    @Order(3)
    void whatIsBoundToTheAddressOfALineKeepsToIt() throws Exception {
        assertThat(c.run("ip", "route", "get", "8.8.8.8").orThrow()).contains("dev wgup-nodeA");
        assertThat(c.run("ip", "route", "get", "8.8.8.8", "from", c.site().wan4())
                        .orThrow())
                .contains("dev wan ");
        assertThat(c.run("curl", "-s", "-m", "1", "--interface", c.site().wan4(), "http://8.8.8.8/")
                        .exit())
                .as("its line is dead")
                .isNotZero();
    }

    @Test
    @Order(4)
    void aProviderMovesToItsSecondLineAndItsConsumerGoesOn() throws Exception {
        try (Cut _ = a.cut(Fault.BLACKHOLE)) {
            awaitWan(a, "wan2");
            Await.until("C's LAN leaves by A's second line", Facts.LATER, c, () -> {
                String exit = Facts.exitOfLan(c);
                return Await.Seen.when(exit.equals(secondOfA.address4()), exit);
            });
            // for a moment C may have found that nothing comes through the tunnel
            Facts.awaitVia(c, a);
            assertThat(a.status().offering().active()).isTrue();
            try (FreshFlows names =
                    FreshFlows.startQueries(c.hostNamespace(), c.site().resolver4(), FreshFlows.QUERY_BEAT)) {
                Await.until("names come by A's second line, whose provider has no resolver", Facts.LATER, c, () -> {
                    MonoTime now = new MonoTime(System.nanoTime());
                    OptionalDouble answered = names.timeline(Duration.ofSeconds(2))
                            .answered(now.plus(Duration.ofSeconds(-2)), now.plus(Duration.ofMillis(-500)));
                    return Await.Seen.when(answered.orElse(0) > 0.9, answered);
                });
            }
        }
    }

    @Test
    @Order(5)
    void theFirstLineIsUsedAgainWhenItIsStable() throws Exception {
        cuts.getFirst().heal();
        awaitWan(c, "wan");
        assertThat(Facts.exitOfLan(c)).isEqualTo(c.site().wan4());
    }

    private static void awaitWan(LabNode node, String device) throws Exception {
        Await.until("%s goes by its %s".formatted(node.peerId(), device), Facts.LATER, node, () -> {
            Status now = node.status();
            return Await.Seen.when(device.equals(now.wanInUse()), now);
        });
    }
}
