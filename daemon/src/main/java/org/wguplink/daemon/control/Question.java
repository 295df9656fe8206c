package org.wguplink.daemon.control;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.wguplink.control.TestProbe;
import org.wguplink.linux.probe.IcmpSocket.Refusal;

/** One question that was sent, and the first thing that came back for it. */
final class Question {
    static final String ECHO = "icmp";
    static final String HOP = "hop";
    static final String DNS = "dns";

    private final String kind;
    private final InetAddress target;
    private final long sentAt;
    private Optional<Duration> roundTrip = Optional.empty();
    private Optional<Refusal> refusal = Optional.empty();

    /** @param sentAt of {@link System#nanoTime()} */
    Question(String kind, InetAddress target, long sentAt) {
        this.kind = kind;
        this.target = target;
        this.sentAt = sentAt;
    }

    void replied() {
        if (!heard()) roundTrip = Optional.of(Duration.ofNanos(System.nanoTime() - sentAt));
    }

    void refused(Refusal answer) {
        if (!heard()) refusal = Optional.of(answer);
    }

    boolean isHop() {
        return kind.equals(HOP);
    }

    boolean isDns() {
        return kind.equals(DNS);
    }

    InetAddress target() {
        return target;
    }

    /** Of an answer by the target. */
    Optional<Duration> roundTrip() {
        return roundTrip;
    }

    Optional<Refusal> refusal() {
        return refusal;
    }

    boolean answered() {
        return roundTrip.isPresent();
    }

    /** Whether anything came back. */
    boolean heard() {
        return answered() || refusal.isPresent();
    }

    TestProbe probe() {
        return new TestProbe(
                kind,
                target.getHostAddress(),
                answered(),
                roundTrip.map(Question::millis).orElse(null),
                refusal.map(Question::note).orElse(null));
    }

    /** To a hundredth. */
    static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 1e4) / 100.0;
    }

    private static String note(Refusal refusal) {
        return refusal.from().getHostAddress()
                + switch (refusal.error()) {
                    case TOO_FAR -> " passed it no further, as asked";
                    case PROHIBITED -> " refuses to pass it on";
                    case UNREACHABLE -> " has no way to it";
                };
    }
}
