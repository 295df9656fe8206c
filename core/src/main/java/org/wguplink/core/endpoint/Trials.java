package org.wguplink.core.endpoint;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.wguplink.core.time.MonoTime;

/**
 * Where a tunnel leads, and where else when it is dead. Immutable; every event gives new trials, and where to lead the
 * tunnel now, if anywhere new. A tunnel that works is not touched, but for {@link #improve}, which is up to the caller.
 *
 * <pre>
 *   Resting ──dead──► Trying (one after the other) ──answered──► Answered ──works──► Resting
 *                        ▲          │ nobody answered                │ dead and silent for 15 s
 *                        └─ Pausing ◄┘ 2 s, doubling to 30 s          └──► Trying
 * </pre>
 *
 * A round begins with the best endpoint, also where the tunnel leads there already: to be led anew makes WireGuard forget
 * its session and begin a handshake at once, which tells a dead tunnel from a dead internet behind it.
 *
 * @param order best first, perhaps none
 * @param current where the tunnel leads; empty before it was led anywhere
 * @param exhausted whether in the last whole round nobody answered
 */
public record Trials(List<TypedEndpoint> order, Optional<TypedEndpoint> current, Phase phase, boolean exhausted) {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** WireGuard answers data with a keepalive after 10 s (its paper, section 6.5): longer silence is death. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    /** What is going on. */
    public sealed interface Phase {
        /** The tunnel works, or is not judged yet. */
        record Resting() implements Phase {}

        /** @param left those of this round that are still to be tried */
        record Trying(MonoTime until, List<TypedEndpoint> left, Duration pause) implements Phase {
            public Trying {
                left = List.copyOf(left);
            }
        }

        /** The other end answered, last at {@code heardAt}, whatever the internet behind it does. */
        record Answered(MonoTime heardAt, Duration pause) implements Phase {}

        record Pausing(MonoTime until, Duration pause) implements Phase {}

        /** The tunnel works, carries nothing, and is led to a better endpoint to see; {@code back} is where it worked. */
        record Improving(MonoTime until, TypedEndpoint back) implements Phase {}
    }

    /** @param lead where the tunnel is to lead from now on, with its session forgotten */
    public record Step(Trials trials, Optional<TypedEndpoint> lead) {}

    public static final Trials NONE = new Trials(List.of(), Optional.empty(), new Phase.Resting(), false);

    public Trials {
        order = List.copyOf(order);
    }

    /** With other endpoints. A round under way, or a pause after one, ends: what is new may work. */
    public Trials with(List<TypedEndpoint> better) {
        if (better.equals(order)) return this;
        Phase next = phase instanceof Phase.Answered || improving() ? phase : new Phase.Resting();
        return new Trials(better, current, next, false);
    }

    /** The tunnel was made, and leads there. */
    public Trials ledTo(TypedEndpoint endpoint) {
        return new Trials(order, Optional.of(endpoint), new Phase.Resting(), false);
    }

    /**
     * Lets time pass.
     *
     * @param dead whether the tunnel does not carry: only then another endpoint is tried
     * @param patience how long an answer may take
     */
    public Step tick(boolean dead, Duration patience, MonoTime now) {
        if (phase instanceof Phase.Improving(var until, var back))
            return until.isDue(now) ? new Step(ledTo(back), Optional.of(back)) : stay();
        if (!dead) return new Step(phase instanceof Phase.Resting ? this : rest(), Optional.empty());
        return switch (phase) {
            case Phase.Improving improving -> stay();
            case Phase.Resting() -> round(FIRST_PAUSE, patience, now);
            case Phase.Answered(var heardAt, var pause) ->
                heardAt.plus(SILENCE).isDue(now) ? round(pause, patience, now) : stay();
            case Phase.Pausing(var until, var pause) -> until.isDue(now) ? round(pause, patience, now) : stay();
            case Phase.Trying(var until, var left, var pause) -> {
                if (!until.isDue(now)) yield stay();
                if (!left.isEmpty()) yield lead(left, pause, patience, now);
                yield pause(pause, now);
            }
        };
    }

    /**
     * Looks whether the best endpoint works by now, on a tunnel that works elsewhere and carries nothing: where it does not
     * answer, the tunnel is led back. Nothing where it leads there already.
     *
     * @param patience how long an answer may take
     */
    public Step improve(Duration patience, MonoTime now) {
        boolean could = phase instanceof Phase.Resting && current.isPresent() && !order.isEmpty();
        if (!could || order.getFirst().equals(current.get())) return stay();
        TypedEndpoint best = order.getFirst();
        var improving = new Phase.Improving(now.plus(patience), current.get());
        return new Step(new Trials(order, Optional.of(best), improving, false), Optional.of(best));
    }

    /** Whether a tunnel that works is led elsewhere for a moment: its silence says nothing. */
    public boolean improving() {
        return phase instanceof Phase.Improving;
    }

    /** Something came from the other end. */
    public Trials heard(MonoTime now) {
        return switch (phase) {
            case Phase.Resting resting -> this;
            case Phase.Trying(var until, var left, var pause) -> answered(pause, now);
            case Phase.Answered(var heardAt, var pause) -> answered(pause, now);
            case Phase.Pausing(var until, var pause) -> answered(pause, now);
            case Phase.Improving improving -> rest();
        };
    }

    /** The network here has changed: what failed may work now. */
    public Trials again() {
        return phase instanceof Phase.Pausing ? rest() : this;
    }

    /** Whether somebody must look for an answer. */
    public boolean listening() {
        return !(phase instanceof Phase.Resting);
    }

    /** When {@link #tick} has something to do next, if the tunnel stays dead; empty while nothing is being tried. */
    public Optional<MonoTime> nextWake() {
        return switch (phase) {
            case Phase.Resting() -> Optional.empty();
            case Phase.Trying trying -> Optional.of(trying.until);
            case Phase.Answered answered -> Optional.of(answered.heardAt.plus(SILENCE));
            case Phase.Pausing pausing -> Optional.of(pausing.until);
            case Phase.Improving improving -> Optional.of(improving.until);
        };
    }

    private Step round(Duration pause, Duration patience, MonoTime now) {
        return order.isEmpty() ? stay() : lead(order, pause, patience, now);
    }

    private Step lead(List<TypedEndpoint> left, Duration pause, Duration patience, MonoTime now) {
        TypedEndpoint next = left.getFirst();
        var trying = new Phase.Trying(now.plus(patience), left.subList(1, left.size()), pause);
        return new Step(new Trials(order, Optional.of(next), trying, exhausted), Optional.of(next));
    }

    /** Meanwhile WireGuard goes on by itself, at the best endpoint: it repeats its initiation every 5 s. */
    private Step pause(Duration pause, MonoTime now) {
        Duration twice = pause.multipliedBy(2);
        Duration next = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
        var pausing = new Phase.Pausing(now.plus(pause), next);
        Optional<TypedEndpoint> best = order.stream().findFirst();
        return new Step(new Trials(order, best.or(() -> current), pausing, true), best.filter(b -> order.size() > 1));
    }

    private Step stay() {
        return new Step(this, Optional.empty());
    }

    private Trials rest() {
        return new Trials(order, current, new Phase.Resting(), false);
    }

    private Trials answered(Duration pause, MonoTime now) {
        return new Trials(order, current, new Phase.Answered(now, pause), false);
    }
}
