package org.wguplink.lab.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Status;
import org.wguplink.lab.meter.Timeline;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.scenario.MeshSetup;
import org.wguplink.lab.scenario.Rescue;

/** The demo on a terminal of 80 by 24, on its alternate screen; the terminal is given back on close and on Ctrl-C. */
final class LiveView implements DemoView {
    private static final Duration FRAME = Duration.ofMillis(200);
    private static final Duration POLL = Duration.ofSeconds(1);
    /** Age of the latest reply up to which its way is the way now. */
    private static final Duration YOUNG = Duration.ofMillis(100);

    private static final Duration YOUNG_FLOW = Duration.ofMillis(500);
    private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[2J";
    private static final String LEAVE = "\u001b[0m\u001b[?25h\u001b[?1049l";

    private final PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, UTF_8);
    private final boolean colour;
    private final long startNanos = System.nanoTime();
    private final Thread atExit = new Thread(this::interrupted, "terminal");
    private final Map<String, Status> statuses = new ConcurrentHashMap<>();
    private final List<Picture.Note> notes = new ArrayList<>();
    private final Set<String> broken = new HashSet<>();
    private @Nullable Lab lab;
    private @Nullable Rescue rescue;
    private boolean over;

    private LiveView(boolean colour) {
        this.colour = colour;
    }

    static LiveView open(boolean colour) {
        LiveView view = new LiveView(colour);
        Runtime.getRuntime().addShutdownHook(view.atExit);
        view.out.print(ENTER);
        view.out.flush();
        Thread.ofPlatform().daemon().name("live view").start(view::drawAll);
        Thread.ofPlatform().daemon().name("live status").start(view::pollAll);
        return view;
    }

    @Override
    public synchronized void show(DemoEvent event) {
        switch (event) {
            case DemoEvent.Step(String text) -> notes.add(new Picture.Note(text, false));
            case DemoEvent.Fact(String text) -> notes.add(new Picture.Note(text, true));
            case DemoEvent.Built(Lab built) -> lab = built;
            case DemoEvent.Watching(Rescue watched) -> rescue = watched;
            case DemoEvent.WanChanged(String node, boolean isBroken) -> {
                if (isBroken) broken.add(node);
                else broken.remove(node);
            }
        }
    }

    /** Gives the terminal back and leaves on it what was measured. */
    @Override
    public synchronized void close() {
        if (over) return;
        restore();
        notes.stream().filter(Picture.Note::measured).forEach(note -> out.println("  " + note.text()));
        out.flush();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException _) {
            // The process is ending: the hook has run or finds nothing to do.
        }
    }

    private synchronized void interrupted() {
        if (over) return;
        restore();
        out.println("  interrupted: the network and its daemons are removed");
        out.flush();
    }

    private synchronized void restore() {
        if (over) return;
        over = true;
        out.print(LEAVE);
        out.flush();
    }

    private void drawAll() {
        while (drawOne()) LockSupport.parkNanos(FRAME.toNanos());
    }

    private synchronized boolean drawOne() {
        if (over) return false;
        out.print(picture().draw().render(colour));
        out.flush();
        return true;
    }

    private void pollAll() {
        while (!isOver()) {
            for (LabNode node : nodes()) {
                try {
                    statuses.put(node.name(), node.status());
                } catch (IOException _) {
                    statuses.remove(node.name());
                }
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private synchronized boolean isOver() {
        return over;
    }

    private synchronized List<LabNode> nodes() {
        return lab == null ? List.of() : lab.nodes();
    }

    private Picture picture() {
        List<Picture.Node> nodes = Story.NODES.stream().map(this::node).toList();
        long elapsedS = (System.nanoTime() - startNanos) / 1_000_000_000;
        Rescue watched = rescue;
        if (watched == null) return new Picture(elapsedS, nodes, "C", Optional.empty(), Optional.empty(), "", notes);
        Duration back = Strip.SPAN.multipliedBy(Picture.STRIP + 2).plus(Timeline.GRACE);
        Timeline timeline = watched.meter().timeline(back);
        return new Picture(
                elapsedS,
                nodes,
                watched.consumer().name(),
                exitNow(watched, timeline, YOUNG),
                exitNow(watched, watched.fresh().timeline(YOUNG_FLOW), YOUNG_FLOW),
                Strip.of(timeline, Picture.STRIP, watched::exitName),
                notes);
    }

    /** The exit of the latest reply, when it is young. */
    private static Optional<String> exitNow(Rescue watched, Timeline timeline, Duration young) {
        return timeline.probes().reversed().stream()
                .flatMap(probe -> probe.reply().stream())
                .findFirst()
                .filter(reply -> timeline.now().since(reply.at()).compareTo(young) < 0)
                .map(reply -> watched.exitName(reply.exit()));
    }

    private Picture.Node node(String name) {
        Status status = statuses.get(name);
        String line = MeshSetup.settings(Story.NODES.indexOf(name)).wanType().toString();
        boolean wanBroken = broken.contains(name);
        if (status == null) return new Picture.Node(name, wanBroken, line, "-", "");
        String via = status.via();
        String state = via == null ? status.state() : "via " + via;
        List<Status.Consumer> consumers = status.offering().consumers();
        long ready = status.uplinks().stream()
                .filter(uplink ->
                        uplink.state().equals("ready") || uplink.state().equals("active"))
                .count();
        String detail = !consumers.isEmpty()
                ? "helps " + consumers.getFirst().peerId()
                : ready > 0
                        ? "%d ready".formatted(ready)
                        : "%d offers".formatted(status.uplinks().size());
        return new Picture.Node(name, wanBroken, line, state, detail);
    }
}
