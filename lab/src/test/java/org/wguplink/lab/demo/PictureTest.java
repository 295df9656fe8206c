package org.wguplink.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.meter.Probe;
import org.wguplink.lab.meter.Timeline;

class PictureTest {
    @Test
    void theWayThroughAnotherNodeIsDrawnDouble() {
        assertThat(text(picture(Optional.of("A"))) + "\n").isEqualTo("""
                  wg-uplink  a peer's internet when your own fails                       0:17

                  ════════════════ the internet   8.8.8.8   1.1.1.1   9.9.9.9 ════════════════
                           ║                  │                  ╳                  │
                           ║ fiber            │ cable            ╳ WAN dead         │ lte
                    ┌──────╨──────┐    ┌──────┴──────┐    ┌──────╳──────┐    ┌──────┴──────┐
                    │   node A    │    │   node B    │    │   node C    │    │   node D    │
                    │   direct    │    │   direct    │    │  via nodeA  │    │   direct    │
                    │ helps nodeC │    │  3 offers   │    │   3 ready   │    │  3 offers   │
                    └──────╥──────┘    └──────┬──────┘    └──────╥──────┘    └──────┬──────┘
                           ╚═════════════════════════════════════╝──────────────────┘
                              mesh: WireGuard tunnels between all nodes, always up

                  a host in C's LAN -> 8.8.8.8  tunnel to nodeA, leaves by A's WAN
                                                                                      CCC~.AAA
                  a letter: by whose WAN, for 1/4 s   . no reply   ~ some lost
                  flows that begin now          tunnel to nodeA, leaves by A's WAN
                  -- note 3
                  -- note 4
                  -- note 5
                  -- note 6
                  -- note 7
                  -- note 8
                  Ctrl-C ends the demo and removes everything
                """);
    }

    @Test
    void silenceIsSaid() {
        assertThat(text(picture(Optional.empty()))).contains("a host in C's LAN -> 8.8.8.8  nothing comes back");
    }

    @Test
    void everyRowFitsTheTerminalAndColourIsOptional() {
        Canvas canvas = picture(Optional.of("A")).draw();
        assertThat(canvas.render(false).split("\r\n", -1))
                .hasSize(24)
                .allSatisfy(row -> assertThat(row.replaceAll("\u001b\\[[0-9;]*[A-Za-z]", ""))
                        .hasSizeLessThanOrEqualTo(80));
        assertThat(canvas.render(false)).doesNotContain("[0");
        assertThat(canvas.render(true)).contains(Canvas.Style.BAD.escape());
    }

    @Test
    void theStripShowsWhoCarriedEachQuarterSecond() {
        List<Probe> probes = new ArrayList<>();
        String fates = "3333" + "3..3" + "...." + "1111";
        for (int i = 0; i < fates.length(); i++) {
            MonoTime sent = new MonoTime(1_000_000_000L + i * 62_500_000L);
            int exit = Character.digit(fates.charAt(i), 10);
            probes.add(new Probe(sent, exit < 0 ? Optional.empty() : Optional.of(new Probe.Reply(sent, exit))));
        }
        MonoTime now = new MonoTime(Duration.ofMillis(2310).toNanos());
        assertThat(Strip.of(new Timeline(probes, now), 6, exit -> "ABC".substring(exit - 1, exit)))
                .isEqualTo("  C~.A");
    }

    private static Picture picture(Optional<String> exit) {
        List<Picture.Node> nodes = List.of(
                new Picture.Node("A", false, "fiber", "direct", "helps nodeC"),
                new Picture.Node("B", false, "cable", "direct", "3 offers"),
                new Picture.Node("C", true, "fiber", "via nodeA", "3 ready"),
                new Picture.Node("D", false, "lte", "direct", "3 offers"));
        List<Picture.Note> notes = IntStream.rangeClosed(1, 8)
                .mapToObj(i -> new Picture.Note("note " + i, false))
                .toList();
        return new Picture(17, nodes, "C", exit, exit, "CCC~.AAA", notes);
    }

    private static String text(Picture picture) {
        Canvas canvas = picture.draw();
        return IntStream.range(0, Canvas.HEIGHT).mapToObj(canvas::text).collect(Collectors.joining("\n"));
    }
}
