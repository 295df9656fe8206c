package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.meter.OutageMeter;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

@NeedsLab
class RestartTest {
    @Test
    void aFlowBegunOnADeadWanBeforeItWasJudgedIsFreedOnceItIs() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "B"))) {
            LabNode a = lab.node("A");
            LabNode b = lab.node("B");
            MeshSetup.found(lab);
            MeshSetup.startDaemons(lab);
            assertThat(a.status().mesh().members())
                    .as("a node counts itself among those heard of")
                    .isEqualTo(2);
            MeshSetup.addUplinks(b, List.of(a));
            b.stopDaemon();
            b.cleanupDaemon().orThrow();
            try (Cut _ = b.cut(Fault.BLACKHOLE)) {
                b.startDaemon();
                try (OutageMeter meter = OutageMeter.start(b.hostNamespace(), Rescue.TARGET, OutageMeter.BEAT)) {
                    Facts.awaitVia(b, a);
                    Await.pause(Duration.ofSeconds(5));
                    assertThat(meter.timeline(Duration.ofSeconds(2))
                                    .steadySince(a.site().number()))
                            .isPresent();
                }
            }
        }
    }

    @Test
    void aDisabledServiceDoesNothing() throws Exception {
        try (Lab lab = Lab.build(List.of("A"))) {
            LabNode a = lab.node("A");
            Path config = a.root().resolve("etc/config/wireguard-uplink");
            Files.createDirectories(config.resolveSibling("."));
            Files.writeString(config, "config wireguard-uplink 'uplink'\n\toption enabled '0'\n");
            a.startDaemon();
            MeshSetup.awaitAnswer(a);
            Facts.awaitWanUp(a);
            assertThat(Facts.ourRules(a)).isEmpty();
            assertThat(Facts.ruleset(a)).doesNotContain("table inet wguplink {");
        }
    }

    @Test
    void aCommandOnAnAnonymousMainSectionDoesNotEndTheDaemon() throws Exception {
        try (Lab lab = Lab.build(List.of("A"))) {
            LabNode a = lab.node("A");
            Path config = a.root().resolve("etc/config/wireguard-uplink");
            Files.createDirectories(config.resolveSibling("."));
            Files.writeString(config, "config wireguard-uplink\n\toption offer '0'\n");
            a.startDaemon();
            MeshSetup.awaitAnswer(a);
            var result = a.wgctl("uplink", "offer");
            assertThat(a.isDaemonAlive()).as("%s%n%s", result, a.daemonLog(15)).isTrue();
        }
    }
}
