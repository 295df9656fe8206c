package org.wguplink.daemon.path;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.wguplink.core.health.PathMonitor;
import org.wguplink.core.health.ProbeSettings;
import org.wguplink.core.health.Quality;
import org.wguplink.core.health.Rota;
import org.wguplink.core.health.TrafficMonitor;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Family;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.linux.ffi.OsException;

/**
 * Probes one path by one family: the sockets that ask, the monitor that judges the answers, and what its traffic tells. Loop thread
 * only.
 */
public final class PathProbe implements AutoCloseable {
    private static final Logger LOG = System.getLogger(PathProbe.class.getName());

    private static final Duration A_MOMENT = Duration.ofSeconds(1);
    private static final Duration LATELY = Duration.ofSeconds(10);
    /** Between two looks at the counters: when nothing was sent lately, and when nothing was sent a moment ago. */
    static final Duration IDLE = Duration.ofMillis(200);

    private static final Duration QUIET = Duration.ofMillis(50);

    /** Hears of every new verdict, and of what is wrong with a path that lives. */
    public interface Listener {
        void judged(Verdict verdict, MonoTime now);

        /** @param complaint the rest of a sentence that begins with the path's name; empty: nothing any more */
        void rated(Optional<String> complaint, MonoTime now);

        /** A suspicion is no mere pause; said once of each. */
        void lingers(MonoTime now);
    }

    private final String device;
    private final int number;
    private final Consumer<PathProbe> onClose;
    private final Prober prober;
    private final Family family;
    private final Listener listener;
    private final PortalCheck portal;
    private List<InetAddress> targets;
    private PathMonitor monitor;
    private Quality quality = Quality.GOOD;
    private Optional<TrafficMonitor> traffic = Optional.empty();

    /**
     * @param targets at least one, all of one family
     * @param onClose hears that it is closed
     */
    PathProbe(
            Prober.Opener probers,
            String device,
            int number,
            List<InetAddress> targets,
            ProbeSettings settings,
            Listener listener,
            Consumer<PathProbe> onClose)
            throws OsException {
        this.device = device;
        this.number = number;
        this.onClose = onClose;
        this.targets = targets;
        this.family = Family.of(targets.getFirst());
        this.listener = listener;
        this.monitor = PathMonitor.start(settings, Rota.of(targets), EventLoop.now());
        this.prober = probers.open(device, number, family, this::answered);
        this.portal = new PortalCheck(prober, settings.portalCheck(), this::sayRating);
    }

    public Verdict verdict() {
        return monitor.verdict();
    }

    /** What is wrong with it while it lives; empty: nothing. */
    public Optional<String> complaint() {
        return portal.complaint().or(quality::complaint);
    }

    /** Mean round-trip time to the targets; empty before the first answer. */
    public Optional<Duration> latency() {
        return monitor.rtts().mean();
    }

    /** Sends and judges what is due. */
    public void tick(MonoTime now) {
        take(monitor.tick(now), now);
        portal.tick(now);
    }

    /** Asks at once. */
    public void hurry(MonoTime now) {
        take(monitor.hurry(now), now);
    }

    /** Asks at once, by a burst, whether the path lives. */
    public void doubt(MonoTime now) {
        take(monitor.doubt(now), now);
    }

    /** Compares what the path's flows have sent with what has come back; whether that changes anything. */
    boolean look(Counters counters, MonoTime now) {
        long sent = counters.sent(number, family);
        long answered = counters.answered(number, family);
        if (traffic.isEmpty()) {
            traffic = Optional.of(TrafficMonitor.start(sent, answered, now));
            return false;
        }
        Verdict before = monitor.verdict();
        TrafficMonitor.Look look = traffic.get().look(sent, answered, monitor.roundTrip(), leastSilence(), now);
        traffic = Optional.of(look.monitor());
        switch (look.finding()) {
            case NOTHING_NEW -> {}
            case ALIVE -> become(monitor.alive(now), now);
            case SUSPICIOUS -> {
                if (before == Verdict.UP) doubt(now);
            }
        }
        return monitor.verdict() != before;
    }

    int number() {
        return number;
    }

    /** Whether its flows have sent something in so much time. */
    boolean sentWithin(Duration time, MonoTime now) {
        return traffic.filter(t -> t.sentWithin(time, now)).isPresent();
    }

    /** When a look is worth its while: soon while its flows send, and when an answer is overdue. */
    MonoTime nextLook(MonoTime now) {
        if (!sentWithin(LATELY, now)) return now.plus(IDLE);
        if (!sentWithin(A_MOMENT, now)) return now.plus(QUIET);
        MonoTime soon = now.plus(TrafficMonitor.LOOKS);
        return traffic.flatMap(t -> t.overdueAt(monitor.roundTrip(), leastSilence()))
                .filter(at -> now.isBefore(at) && at.isBefore(soon))
                .orElse(soon);
    }

    private Duration leastSilence() {
        return monitor.settings().leastSilence();
    }

    /** The path is dead without asking. */
    public void dead(MonoTime now) {
        become(monitor.dead(now), now);
    }

    /** Asks these at once and from now on, all of its family, and keeps what it knows of the path. */
    void ask(List<InetAddress> others, MonoTime now) {
        if (others.equals(targets)) {
            hurry(now);
            return;
        }
        targets = others;
        take(monitor.asking(Rota.of(others), now), now);
    }

    public void pace(ProbeSettings settings, MonoTime now) {
        become(monitor.with(settings, now), now);
        portal.configure(settings.portalCheck(), verdict(), now);
    }

    public MonoTime nextWake() {
        MonoTime next = monitor.nextWake();
        return portal.nextWake().filter(at -> at.isBefore(next)).orElse(next);
    }

    @Override
    public void close() {
        onClose.accept(this);
        prober.close();
    }

    private void take(PathMonitor.Step step, MonoTime now) {
        if (step.monitor().equals(monitor)) return;
        step.probes().forEach(prober::send);
        prober.retain(step.monitor()::awaits);
        boolean lingers = step.monitor().lingers() && !monitor.lingers();
        become(step.monitor(), now);
        if (lingers) listener.lingers(now);
    }

    private void answered(int sequence, Duration ago) {
        MonoTime now = EventLoop.now();
        become(monitor.replied(sequence, now.plus(ago.negated())), now);
    }

    /** Nothing is new at most looks, of which there are a hundred a second. */
    private void become(PathMonitor next, MonoTime now) {
        if (next.equals(monitor)) return;
        Verdict before = monitor.verdict();
        monitor = next;
        if (next.verdict() != before) {
            LOG.log(Level.DEBUG, "path {0}: {1} -> {2}", device, before, next.verdict());
            listener.judged(next.verdict(), now);
            portal.judged(next.verdict(), now);
            if (next.verdict() == Verdict.SUSPECT) rehearse(now);
        }
        rate(now);
    }

    /** Goes through the verdict that may be near, and does nothing of it: the next time takes half as long. */
    private void rehearse(MonoTime now) {
        var _ = monitor.tick(now.plus(LATELY));
    }

    private void rate(MonoTime now) {
        Quality before = quality;
        quality = monitor.quality(before);
        if (quality.isLike(before)) return;
        sayRating(now);
    }

    /** Behind a portal, nobody cares how good the way there is. */
    private void sayRating(MonoTime now) {
        Optional<String> complaint = portal.complaint().or(quality::complaint);
        LOG.log(Level.DEBUG, "path {0}: {1}", device, complaint.orElse("is good again"));
        listener.rated(complaint, now);
    }
}
