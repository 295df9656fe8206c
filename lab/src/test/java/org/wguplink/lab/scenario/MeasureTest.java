package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.wguplink.control.MeasureResult;
import org.wguplink.control.Wire;
import org.wguplink.core.offer.WanType;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Impairment;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.net.NodeSettings;

/** {@code wgctl uplink measure}: a load made on purpose, by the own WAN and through a tunnel, on lines of 20 Mbit/s. */
@NeedsLab
class MeasureTest {
    private static final Impairment SLOW = new Impairment.Rate(20_000, 1000);
    private static final NodeSettings LINE = NodeSettings.line(0, WanType.FIBER);
    private static final int LEAST = 16;
    private static final int MOST = 24;

    @Test
    void aLoadMadeOnPurposeTellsWhatALineBrings() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "C"))) {
            LabNode a = lab.node("A");
            LabNode c = lab.node("C");
            MeshSetup.found(lab.nodes(), i -> i == 0 ? measuring("http://nowhere/") : LINE);
            for (LabNode node : lab.nodes()) node.startDaemon();
            Facts.awaitUplink(c, a, "available");
            assertFails(c, "there is no page to measure with: set option measure_url");
            assertFails(a, "'nowhere' of measure_url: no such name is found");
            // read while something else is waited for
            c.writeConfig(measuring("http://8.8.8.8/endless"), a.site());
            a.writeConfig(measuring("http://8.8.8.8/generate_204"), c.site());
            MeshSetup.addUplinks(c, List.of(a));
            Facts.awaitUplink(a, c, "available");

            ownWan(c, a);
            assertFails(a, "the answer has status 204 instead of 200");
            tunnel(c, a);
            assertThat(c.wgctl("uplink", "why").orThrow()).doesNotContain("failed");
            assertThat(Switches.of(c)).as("switches").isZero();
            aPathThatDies(c, a);

            assertFails(c, "'nobody' is neither an uplink nor an own WAN", "nobody");
            c.writeConfig(measuring("http://8.8.8.8/"), a.site());
            Await.until("the page ends", Facts.SOON, c, () -> {
                String said = c.wgctl("uplink", "measure", "--seconds", "1").err();
                return Await.Seen.when(said.contains("the page ended after"), said);
            });
        }
    }

    private static void ownWan(LabNode c, LabNode a) throws Exception {
        try (Cut _ = c.impair(SLOW)) {
            MeasureResult result = measure(c, "--json", "uplink", "measure", "--seconds", "2");
            assertThat(result.path()).isEqualTo("wan");
            assertThat(result.kind()).isEqualTo("wan");
            assertThat(result.downMbps()).isBetween((double) LEAST, (double) MOST);
            assertThat(c.status().wan().measuredMbps()).isBetween(LEAST, MOST);
        }
        Await.until("A hears what C's line brings", Facts.SOON, a, () -> {
            int claimed = Facts.uplink(a, c).bandwidthMbps();
            return Await.Seen.when(claimed >= LEAST && claimed <= MOST, claimed);
        });
    }

    private static void tunnel(LabNode c, LabNode a) throws Exception {
        try (Cut _ = a.impair(SLOW)) {
            MeasureResult result = measure(c, "--json", "uplink", "measure", a.peerId(), "--seconds", "2");
            assertThat(result.path()).isEqualTo(a.peerId());
            assertThat(result.kind()).isEqualTo("uplink");
            assertThat(result.device()).isEqualTo(Facts.uplink(c, a).device());
            assertThat(result.downMbps()).isBetween((double) LEAST, (double) MOST);
            assertThat(Facts.uplink(c, a).bandwidthMbps()).isBetween(LEAST, MOST);
            assertThat(c.wgctl("uplink", "why", a.peerId()).orThrow()).containsPattern("Mbit/s\\s+seen");
        }
    }

    private static void aPathThatDies(LabNode c, LabNode a) throws Exception {
        try (Cut _ = a.impair(SLOW)) {
            CompletableFuture<Command.Result> load = CompletableFuture.supplyAsync(() -> {
                try {
                    return c.wgctl("uplink", "measure", a.peerId(), "--seconds", "10");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            TimeUnit.MILLISECONDS.sleep(1500);
            assertFails(c, a.peerId() + " is being measured; one path at a time");
            try (Cut _ = a.cut(Fault.BLACKHOLE)) {
                Command.Result died = load.get(5, TimeUnit.SECONDS);
                assertThat(died.exit()).isOne();
                // a line with a second of queue may be believed in for longer than the load waits
                assertThat(died.err())
                        .containsPattern("nodeA died while it was measured: |by nodeA: nothing comes any more");
            }
        }
    }

    private static MeasureResult measure(LabNode node, String... words) throws Exception {
        return Wire.decode(MeasureResult.class, node.wgctl(words).orThrow());
    }

    private static void assertFails(LabNode node, String why, String... path) throws Exception {
        List<String> words = new ArrayList<>(List.of("uplink", "measure"));
        words.addAll(List.of(path));
        Command.Result refused = node.wgctl(words.toArray(String[]::new));
        assertThat(refused.exit()).isOne();
        assertThat(refused.err()).contains(why);
    }

    private static NodeSettings measuring(String page) {
        return LINE.with("option measure_url '%s'".formatted(page));
    }
}
