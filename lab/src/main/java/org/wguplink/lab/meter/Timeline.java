package org.wguplink.lab.meter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.wguplink.core.time.MonoTime;

/**
 * Probes in the order they were sent, as known at {@code now}. A probe younger than {@link #GRACE} without a reply counts
 * as nothing yet.
 */
public record Timeline(List<Probe> probes, MonoTime now) {
    /** Longer silences count as downtime. */
    public static final Duration NOTICED = Duration.ofMillis(50);

    /** How long a reply may take. */
    public static final Duration GRACE = Duration.ofMillis(300);

    /** From one use of a WAN to the next. */
    public record Exit(MonoTime since, int exit) {}

    public Timeline {
        probes = List.copyOf(probes);
    }

    /**
     * The longest time without a reply between the last reply before {@code from} and {@code now}: what somebody who
     * waits for the line notices. A gap that is not over counts as far as it goes.
     */
    public Duration outage(MonoTime from) {
        return silences(from).stream().max(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** The sum of all silences since {@code from} that are longer than {@link #NOTICED}. */
    public Duration downtime(MonoTime from) {
        return silences(from).stream()
                .filter(silence -> silence.compareTo(NOTICED) > 0)
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** The first reply by another exit than {@code exit} to a probe that was sent since {@code from}. */
    public Optional<MonoTime> firstReplyNotBy(int exit, MonoTime from) {
        return probes.stream()
                .filter(probe -> !probe.sent().isBefore(from))
                .flatMap(probe -> probe.reply().stream())
                .filter(reply -> reply.exit() != exit)
                .map(Probe.Reply::at)
                .min(MonoTime::compareTo);
    }

    /** Probes sent from {@code from} until before {@code to} that never came back. */
    public long lost(MonoTime from, MonoTime to) {
        return probes.stream()
                .filter(probe -> !probe.sent().isBefore(from) && probe.sent().isBefore(to))
                .filter(probe -> probe.isLost() && isJudged(probe))
                .count();
    }

    /** The fraction of probes sent since {@code from} that came back, 0 to 1; 1 when none was sent. */
    public double answered(MonoTime from) {
        return answered(from, now).orElse(1);
    }

    /** The fraction of probes sent from {@code from} until before {@code to} that came back, 0 to 1; empty without any. */
    public OptionalDouble answered(MonoTime from, MonoTime to) {
        return probes.stream()
                .filter(probe -> !probe.sent().isBefore(from) && probe.sent().isBefore(to))
                .filter(probe -> !probe.isLost() || isJudged(probe))
                .mapToDouble(probe -> probe.isLost() ? 0 : 1)
                .average();
    }

    /** Which WANs were used since {@code from}, each change once. */
    public List<Exit> exits(MonoTime from) {
        List<Exit> exits = new ArrayList<>();
        for (Probe probe : probes) {
            if (probe.sent().isBefore(from) || probe.isLost()) continue;
            int exit = probe.reply().orElseThrow().exit();
            if (exits.isEmpty() || exits.getLast().exit() != exit) exits.add(new Exit(probe.sent(), exit));
        }
        return exits;
    }

    /** Since when every probe has left by {@code exit} and come back; empty when the latest did not. */
    public Optional<MonoTime> steadySince(int exit) {
        MonoTime since = null;
        for (Probe probe : probes.reversed()) {
            if (probe.isLost() && !isJudged(probe)) continue;
            if (!probe.leftBy(exit)) break;
            since = probe.sent();
        }
        return Optional.ofNullable(since);
    }

    /** The latest probes, for a view. */
    public Timeline since(MonoTime from) {
        return new Timeline(
                probes.stream().filter(probe -> !probe.sent().isBefore(from)).toList(), now);
    }

    /** Whether a probe without a reply may be called lost. */
    public boolean isJudged(Probe probe) {
        return now.since(probe.sent()).compareTo(GRACE) > 0;
    }

    /** From the last reply before {@code from} to the next, and so on until now. */
    private List<Duration> silences(MonoTime from) {
        List<Duration> silences = new ArrayList<>();
        List<Probe.Reply> replies = replies();
        MonoTime last = replies.stream()
                .map(Probe.Reply::at)
                .filter(at -> !from.isBefore(at))
                .max(MonoTime::compareTo)
                .orElse(from);
        for (Probe.Reply reply : replies) {
            if (!last.isBefore(reply.at())) continue;
            silences.add(reply.at().since(last));
            last = reply.at();
        }
        silences.add(now.since(last));
        return silences;
    }

    private List<Probe.Reply> replies() {
        return probes.stream()
                .flatMap(probe -> probe.reply().stream())
                .sorted((a, b) -> a.at().compareTo(b.at()))
                .toList();
    }
}
