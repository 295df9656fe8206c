package org.wguplink.core.health;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which probe of a path is the next, and which are answered there at all: a filter may keep a method out, and a target may
 * die. A probe that has missed three answers in a row while others came is set aside, and tried again now and then.
 * Immutable.
 *
 * @param entries every method with every target; neighbours differ in both
 * @param turn where the next search for a probe begins
 * @param trials where the next search for a probe to try begins
 * @param untilTrial quiet probes before the next trial of what a quiet path is not asked
 */
public record Rota(List<Entry> entries, int turn, int trials, int untilTrial) {
    private static final int MISSES = 3;
    private static final int MOST_COUNTED = 8;
    private static final int QUIET_PROBES = 10;

    /**
     * @param answered ever, since the device was last known to be dead without asking
     * @param missed how many answers in a row have failed to come while others came
     */
    public record Entry(Probe probe, boolean answered, int missed) {
        boolean answers() {
            return answered && missed < MISSES;
        }

        boolean untried() {
            return !answered && missed < MISSES;
        }
    }

    /** The entries to ask now, and what is next then. */
    record Turn(Rota rota, List<Integer> entries) {}

    public Rota {
        entries = List.copyOf(entries);
    }

    /** @param targets at least one */
    public static Rota of(List<InetAddress> targets) {
        var entries = new ArrayList<Entry>();
        for (int round = 0; round < targets.size(); round++) {
            int target = round;
            for (Probe.Method method : Probe.Method.values())
                entries.add(new Entry(new Probe(method, targets.get(target++ % targets.size())), false, 0));
        }
        return new Rota(entries, 0, 0, 0);
    }

    Probe probe(int entry) {
        return entries.get(entry).probe;
    }

    /** What a quiet path is asked: the cheapest that is answered; and from time to time another, to know it when it counts. */
    Turn quiet() {
        Optional<Probe.Method> cheapest = cheapest();
        Turn regular = pick(e -> e.answers() && cheapest.equals(Optional.of(e.probe.method())));
        Rota after = regular.rota;
        boolean open = entries.stream().anyMatch(this::isOpen);
        if (cheapest.isEmpty() || (!open && untilTrial > 0))
            return new Turn(new Rota(entries, after.turn, trials, Math.max(0, untilTrial - 1)), regular.entries);
        int trial =
                search(trials, open ? this::isOpen : e -> !e.answers() || e.probe.method() != cheapest.orElseThrow());
        if (trial < 0) return regular;
        return new Turn(
                new Rota(entries, after.turn, trial + 1, QUIET_PROBES), List.of(regular.entries.getFirst(), trial));
    }

    /** What is asked when it counts: all that is answered, in turn. */
    Turn urgent(int count) {
        var picked = new ArrayList<Integer>(count);
        Rota rota = this;
        for (int i = 0; i < count; i++) {
            Turn next = rota.pick(Entry::answers);
            rota = next.rota;
            picked.addAll(next.entries);
        }
        return new Turn(rota, picked);
    }

    /** What a dead path is asked: anything, whatever was answered before. */
    Turn any() {
        return pick(e -> true);
    }

    /**
     * How many answers in a row it has missed, as far as that is counted; none of what was never answered.
     *
     * @param lossy whether the path loses probes anyway: else what is set aside was filtered, or dead, and nothing was lost
     */
    int missedBy(int entry, boolean lossy) {
        Entry e = entries.get(entry);
        return e.answered && (lossy || e.answers()) ? e.missed : 0;
    }

    /** Whether an answer of this entry may be expected. */
    boolean counts(int entry) {
        return entries.get(entry).answers() || cheapest().isEmpty();
    }

    /** Whether a method that was answered by several targets, of which one may die, is not any more by any. */
    boolean isSilent(Probe.Method method) {
        List<Entry> of =
                entries.stream().filter(e -> e.probe.method() == method).toList();
        return of.stream().filter(Entry::answered).count() > 1 && of.stream().allMatch(e -> e.missed >= MISSES);
    }

    /** Whether a quiet path costs no more than echoes. */
    boolean isCheap() {
        return cheapest().filter(m -> m != Probe.Method.ICMP).isEmpty();
    }

    Rota answered(int entry) {
        return entries.get(entry).answered && entries.get(entry).missed == 0
                ? this
                : with(entry, new Entry(probe(entry), true, 0));
    }

    Rota missed(int entry) {
        Entry e = entries.get(entry);
        return with(entry, new Entry(e.probe, e.answered, Math.min(MOST_COUNTED, e.missed + 1)));
    }

    /** What was answered once says nothing of the path that comes back. */
    Rota forgotten() {
        return new Rota(entries.stream().map(e -> new Entry(e.probe, false, 0)).toList(), turn, trials, 0);
    }

    /** Whether it is to be found out soon if it is answered: it never was asked, or others of its method have begun to fail. */
    private boolean isOpen(Entry entry) {
        if (entry.untried()) return true;
        return entry.answers()
                && entries.stream()
                        .anyMatch(e -> e.answers() && e.missed > 0 && e.probe.method() == entry.probe.method());
    }

    private Optional<Probe.Method> cheapest() {
        return entries.stream()
                .filter(Entry::answers)
                .map(e -> e.probe.method())
                .min(Probe.Method::compareTo);
    }

    /** The next that fits, and whichever is next where none does. */
    private Turn pick(Predicate<Entry> fits) {
        int found = search(turn, fits);
        int picked = found < 0 ? turn % entries.size() : found;
        return new Turn(new Rota(entries, picked + 1, trials, untilTrial), List.of(picked));
    }

    private int search(int from, Predicate<Entry> fits) {
        for (int i = 0; i < entries.size(); i++) {
            int at = (from + i) % entries.size();
            if (fits.test(entries.get(at))) return at;
        }
        return -1;
    }

    private Rota with(int entry, Entry next) {
        var changed = new ArrayList<>(entries);
        changed.set(entry, next);
        return new Rota(changed, turn, trials, untilTrial);
    }
}
