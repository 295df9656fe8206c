package org.wguplink.core.failover;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.wguplink.core.failover.FailoverCommand.Activate;
import org.wguplink.core.failover.FailoverCommand.DropFlows;
import org.wguplink.core.net.Family;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;

/**
 * What the decision of each family rests on. IPv4's is the one to speak of: mostly IPv6 goes the same way, and both are equal
 * as long as nothing was said of one family alone.
 */
public record FamilyStates(FailoverState ipv4, FailoverState ipv6) {
    /** Decides for one family: {@link Failover#step}, or in a simulation that with a planted defect. */
    public interface Rule {
        Failover.Step step(FailoverState state, FailoverEvent event, MonoTime now);

        /** The same, told of which families: both at once only while their states are equal. */
        default Failover.Step step(Set<Family> families, FailoverState state, FailoverEvent event, MonoTime now) {
            return step(state, event, now);
        }
    }

    /** The new states, and what is to be done for each family that the event was of. */
    public record Step(FamilyStates states, Map<Family, List<FailoverCommand>> commands) {
        /** Whether new flows of some family take another path. */
        public boolean switches() {
            return commands.values().stream().flatMap(List::stream).anyMatch(Activate.class::isInstance);
        }

        /** The dead paths whose flows end, and of which families. */
        public Map<PathId, Set<Family>> drops() {
            var drops = new LinkedHashMap<PathId, Set<Family>>();
            commands.forEach((family, ofFamily) -> ofFamily.forEach(command -> {
                if (command instanceof DropFlows(var path))
                    drops.computeIfAbsent(path, p -> EnumSet.noneOf(Family.class))
                            .add(family);
            }));
            return drops;
        }
    }

    /** Takes in what is said of these families. Where the states are equal, one step is taken for both. */
    public Step step(Set<Family> families, FailoverEvent event, MonoTime now, Rule rule) {
        var commands = new EnumMap<Family, List<FailoverCommand>>(Family.class);
        if (ipv4.equals(ipv6) && families.equals(Family.BOTH)) {
            Failover.Step step = rule.step(families, ipv4, event, now);
            for (Family family : Family.values()) commands.put(family, step.commands());
            return new Step(new FamilyStates(step.state(), step.state()), commands);
        }
        FamilyStates states = this;
        for (Family family : families) {
            Failover.Step step = rule.step(Set.of(family), of(family), event, now);
            commands.put(family, step.commands());
            states = states.with(family, step.state());
        }
        return new Step(states, commands);
    }

    /** A node that has just started. */
    public static FamilyStates start(boolean automatic, MonoTime now) {
        FailoverState both = FailoverState.start(automatic, now);
        return new FamilyStates(both, both);
    }

    public FailoverState of(Family family) {
        return family == Family.IPV4 ? ipv4 : ipv6;
    }

    private FamilyStates with(Family family, FailoverState next) {
        return family == Family.IPV4 ? new FamilyStates(next, ipv6) : new FamilyStates(ipv4, next);
    }

    /** The path that carries new flows of each family. */
    public Map<Family, PathId> active() {
        var active = new EnumMap<Family, PathId>(Family.class);
        for (Family family : Family.values()) active.put(family, of(family).active());
        return active;
    }

    /** Whether no path carries this family, while one carries the other: hosts are told at once, and take that. */
    public boolean refuses(Family family) {
        return of(family).offline() && !of(family.other()).offline();
    }

    /** Whether IPv6 goes another way than IPv4, or only one of them goes anywhere. */
    public boolean parted() {
        return !ipv4.active().equals(ipv6.active()) || ipv4.offline() != ipv6.offline();
    }

    /** When time alone may change one of them next. */
    public Optional<MonoTime> nextWake(MonoTime now) {
        return Stream.of(ipv4, ipv6).flatMap(s -> s.nextWake(now).stream()).min(MonoTime::compareTo);
    }
}
