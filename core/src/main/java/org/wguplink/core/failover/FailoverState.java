package org.wguplink.core.failover;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.wguplink.core.health.PortalWatch;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;

/**
 * What the decision rests on.
 *
 * @param paths in the order of preference: the own WANs, then the uplinks, each best first
 * @param complaints of paths that live and are poor
 * @param underlays the uplinks whose tunnel rides an own WAN
 * @param drains flows that stay where new ones have left
 * @param balance new flows of the LAN that are shared with other paths than {@code active}
 * @param active the path of new flows; an own WAN also when nothing works
 * @param automatic whether it switches by itself
 * @param since when {@code active} was chosen
 */
public record FailoverState(
        List<PathId> paths,
        Map<PathId, PathStanding> standings,
        Map<PathId, String> complaints,
        Map<PathId.Uplink, PathId.OwnWan> underlays,
        Drains drains,
        Balance balance,
        PathId active,
        boolean automatic,
        String why,
        MonoTime since) {
    /** Within this an own WAN that is asked at once has answered, if it is back. */
    static final Duration WAN_COMES_TOO = Duration.ofMillis(500);

    public FailoverState {
        paths = List.copyOf(paths);
        standings = Map.copyOf(standings);
        complaints = Map.copyOf(complaints);
        underlays = Map.copyOf(underlays);
    }

    /** A node that has just started: it forwards as it did without us, and knows nothing. */
    public static FailoverState start(boolean automatic, MonoTime now) {
        return new FailoverState(
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Drains.USUAL,
                Balance.NONE,
                PathId.NONE,
                automatic,
                "just started",
                now);
    }

    public PathStanding standing(PathId path) {
        return standings.getOrDefault(path, PathStanding.UNKNOWN);
    }

    FailoverState over(List<PathId> order) {
        return new FailoverState(
                order, standings, complaints, underlays, drains, balance, active, automatic, why, since);
    }

    FailoverState with(Map<PathId, PathStanding> next) {
        return new FailoverState(paths, next, complaints, underlays, drains, balance, active, automatic, why, since);
    }

    FailoverState rated(Map<PathId, String> next) {
        return new FailoverState(paths, standings, next, underlays, drains, balance, active, automatic, why, since);
    }

    FailoverState riding(Map<PathId.Uplink, PathId.OwnWan> next) {
        return new FailoverState(paths, standings, complaints, next, drains, balance, active, automatic, why, since);
    }

    FailoverState automatic(boolean next) {
        return new FailoverState(paths, standings, complaints, underlays, drains, balance, active, next, why, since);
    }

    FailoverState on(PathId path, String because, MonoTime now) {
        // what is dead has nothing to drain
        Drains next = drains.left(standing(active).up() ? active : PathId.NONE, path, now);
        return new FailoverState(paths, standings, complaints, underlays, next, balance, path, automatic, because, now);
    }

    FailoverState draining(Drains next) {
        return new FailoverState(paths, standings, complaints, underlays, next, balance, active, automatic, why, since);
    }

    FailoverState balanced(Balance next) {
        return new FailoverState(paths, standings, complaints, underlays, drains, next, active, automatic, why, since);
    }

    /** The own WAN that the user prefers, whether it lives or not; none where there is no own WAN. */
    public PathId home() {
        return paths.stream()
                .filter(PathId.OwnWan.class::isInstance)
                .findFirst()
                .orElse(PathId.NONE);
    }

    public List<PathId.Uplink> uplinks() {
        return paths.stream()
                .filter(PathId.Uplink.class::isInstance)
                .map(PathId.Uplink.class::cast)
                .toList();
    }

    /** The uplinks whose tunnel rides this WAN, by their names: the same history has the same steps. */
    public List<PathId.Uplink> riders(PathId.OwnWan wan) {
        return underlays.entrySet().stream()
                .filter(e -> e.getValue().equals(wan))
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparing(PathId.Uplink::peer))
                .toList();
    }

    private Optional<String> complaint(PathId path) {
        return Optional.ofNullable(complaints.get(path));
    }

    /** What makes it poor, by itself or by what it rides on: the rest of a sentence that begins with its name. */
    public Optional<String> poverty(PathId path) {
        if (drains.isOrdered(path)) return Optional.of("is being drained");
        return complaint(path)
                .or(() -> path instanceof PathId.Uplink uplink
                        ? Optional.ofNullable(underlays.get(uplink)).flatMap(this::rides)
                        : Optional.empty());
    }

    /** A tunnel that lives leads past a portal. */
    private Optional<String> rides(PathId.OwnWan under) {
        return complaint(under)
                .filter(c -> !c.equals(PortalWatch.COMPLAINT))
                .map(c -> "rides %s, which %s".formatted(under, c));
    }

    /** Whether it is past its hold-down, and a tunnel also past that of the WAN which it rides. */
    public boolean trusted(PathId path, MonoTime now) {
        return trustedFrom(path).filter(from -> from.isDue(now)).isPresent();
    }

    /** A tunnel comes and goes with its WAN. Where it answers before that does, it has to hold as long from then on. */
    public Optional<MonoTime> trustedFrom(PathId path) {
        PathStanding standing = standing(path);
        PathStanding under = path instanceof PathId.Uplink uplink && underlays.containsKey(uplink)
                ? standing(underlays.get(uplink))
                : PathStanding.UNKNOWN;
        Optional<MonoTime> inherited = under.upSince().or(standing::upSince).map(since -> since.plus(under.hold()));
        return standing.trustedFrom().map(own -> inherited.filter(own::isBefore).orElse(own));
    }

    /** Whether the path in use is dead and there is no other. */
    public boolean offline() {
        return judged(active) && !standing(active).up();
    }

    /** Whether there are tunnels, and each of them dies with an own WAN that is down. */
    public boolean allRideDeadWans() {
        List<PathId.Uplink> uplinks = uplinks();
        return !uplinks.isEmpty() && uplinks.stream().allMatch(this::ridesDeadWan);
    }

    /**
     * Whether an uplink has begun to work so lately, after the WAN in use died, that the WAN may just have come back, too:
     * what carried the tunnel again, and the tunnel's probes were answered first.
     */
    boolean mayBeTheWan(PathId path, MonoTime now) {
        return comesWithWan(path).filter(now::isBefore).isPresent();
    }

    private Optional<MonoTime> comesWithWan(PathId path) {
        if (!(path instanceof PathId.Uplink && active instanceof PathId.OwnWan)) return Optional.empty();
        return standing(active)
                .downSince()
                .flatMap(died -> standing(path).upSince().filter(died::isBefore))
                .map(since -> since.plus(WAN_COMES_TOO));
    }

    private boolean ridesDeadWan(PathId.Uplink uplink) {
        PathId.OwnWan wan = underlays.get(uplink);
        return wan != null && judged(wan) && !standing(wan).up();
    }

    /** The paths that were judged and do not live. */
    List<PathId> dead() {
        return paths.stream().filter(p -> judged(p) && !standing(p).up()).toList();
    }

    /** Whether anything was ever said of the path. */
    public boolean judged(PathId path) {
        return standings.containsKey(path);
    }

    /** How much speaks against it for new flows: 0 nothing, 1 it is poor, 2 it is being drained. */
    int reluctance(PathId path) {
        if (drains.isOrdered(path)) return 2;
        return poverty(path).isPresent() ? 1 : 0;
    }

    /** When the next hold-down ends, or a dead WAN has had its time; empty when nothing runs. */
    public Optional<MonoTime> nextWake(MonoTime now) {
        return Stream.concat(
                        standings.keySet().stream().flatMap(p -> trustedFrom(p).stream()),
                        Stream.concat(
                                drains.until().values().stream(),
                                paths.stream().flatMap(p -> comesWithWan(p).stream())))
                .filter(now::isBefore)
                .min(MonoTime::compareTo);
    }
}
