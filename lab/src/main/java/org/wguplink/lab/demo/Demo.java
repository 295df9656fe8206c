package org.wguplink.lab.demo;

import java.io.Console;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wguplink.control.Wire;
import org.wguplink.lab.Usage;
import org.wguplink.lab.net.Image;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabName;

/** The command {@code ./demo}. */
public final class Demo {
    private static final String HELP = """
            Usage: ./demo [--headless] [--keep]
                   ./demo --clean [NAME]

            Four nodes, each with its own WAN, joined by a mesh. C's WAN dies and its LAN leaves through nodeA;
            A's WAN dies and it leaves through nodeB; both heal and C goes home. All of it lives in network
            namespaces of this machine and is removed at the end, also on Ctrl-C. Needs root.

              --headless      a line per step, then one line of JSON; exit 0 only if all of it happened
              --keep          leave the network and its daemons up, and say how to look around
              --clean [NAME]  remove the lab of that name, or all that were kept or left behind
            """;
    private static final Duration LOOK = Duration.ofSeconds(6);
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private Demo() {}

    /** Returns the exit status. */
    public static int run(List<String> args) throws IOException {
        List<String> rest = new ArrayList<>(args);
        if (rest.contains("--help") || rest.contains("-h")) {
            System.out.print(HELP);
            return 0;
        }
        if (!rest.isEmpty() && rest.getFirst().equals("--clean")) return clean(rest.subList(1, rest.size()));
        boolean keep = rest.remove("--keep");
        boolean headless = rest.remove("--headless");
        if (!rest.isEmpty()) throw new Usage("demo: unknown option '%s'; see ./demo --help".formatted(rest.getFirst()));
        return play(keep, headless || !isTerminal());
    }

    private static int play(boolean keep, boolean headless) throws IOException {
        Image image = Image.find();
        image.uplinkd();
        image.wgctl();
        StringBuilder guide = new StringBuilder();
        try {
            DemoResult result = play(image, keep ? Optional.of(guide) : Optional.empty(), headless);
            System.out.print(guide);
            System.out.println(Wire.encode(result));
            return 0;
        } catch (IOException e) {
            System.out.print(guide);
            throw e;
        }
    }

    /** The view is closed on return, so that the terminal is free for what is said next. */
    private static DemoResult play(Image image, Optional<StringBuilder> keepGuide, boolean headless)
            throws IOException {
        try (DemoView view = headless ? new HeadlessView() : LiveView.open(System.getenv("NO_COLOR") == null)) {
            view.show(new DemoEvent.Step("building the network: internet, four providers, nodes and LANs"));
            try (Lab lab = Lab.build(Story.NODES)) {
                view.show(new DemoEvent.Built(lab));
                try {
                    return new Story(lab, view, headless ? GLANCE : LOOK).play();
                } finally {
                    if (keepGuide.isPresent()) keepGuide.get().append(Keeping.keep(lab, image));
                }
            }
        }
    }

    private static int clean(List<String> names) throws IOException {
        if (names.size() > 1) throw new Usage("demo: --clean takes one name at most");
        if (names.isEmpty()) {
            List<LabName> removed = Lab.cleanStale(true);
            System.out.println(removed.isEmpty() ? "nothing to remove" : "removed " + removed);
            return 0;
        }
        String name = names.getFirst();
        LabName lab = LabName.parse(name)
                .orElseThrow(() -> new Usage("demo: '%s' is not a lab's name, such as wgu01ab9f".formatted(name)));
        Lab.clean(lab);
        System.out.println("removed " + lab);
        return 0;
    }

    private static boolean isTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
}
