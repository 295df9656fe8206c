package org.wguplink.core.failover;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.wguplink.core.path.PathId;
import org.wguplink.core.time.MonoTime;

/**
 * New flows of the LAN that are shared over several paths. Immutable.
 *
 * @param members in the user's order; none: nothing is shared
 * @param sharing those that new flows are shared over now: the path in use and at least one other, or none
 */
public record Balance(List<Member> members, Set<PathId> sharing) {
    public static final Balance NONE = new Balance(List.of(), Set.of());

    /** The most members. */
    public static final int MOST = 16;

    /**
     * A path that takes its part.
     *
     * @param weight its part is this of the sum of all, 1 to 1000
     */
    public record Member(PathId path, int weight) {
        public static final int MAX_WEIGHT = 1000;

        public Member {
            if (weight < 1 || weight > MAX_WEIGHT)
                throw new IllegalArgumentException("weight %d; expected 1 to %d".formatted(weight, MAX_WEIGHT));
        }
    }

    public Balance {
        members = List.copyOf(members);
        sharing = Set.copyOf(sharing);
    }

    /** The sum of the weights of these. */
    public int weight(Set<PathId> paths) {
        return members.stream()
                .filter(member -> paths.contains(member.path()))
                .mapToInt(Member::weight)
                .sum();
    }

    /** Who shares by which weight, for people. */
    @Override
    public String toString() {
        return members.stream()
                .filter(member -> sharing.contains(member.path()))
                .map(member -> "%s %d".formatted(member.path(), member.weight()))
                .collect(Collectors.joining(", "));
    }

    /** What is shared is decided later. */
    Balance over(List<Member> next) {
        return new Balance(next, sharing);
    }

    /**
     * Shared while the path in use is a member that may be trusted and at least one other is: up, past its hold-down, not
     * poor and not being drained.
     */
    Balance decided(FailoverState state, MonoTime now) {
        Set<PathId> fit = members.stream()
                .map(Member::path)
                .filter(path -> state.paths().contains(path))
                .filter(path -> state.trusted(path, now) && state.reluctance(path) == 0)
                .collect(Collectors.toSet());
        boolean shared = state.automatic() && fit.size() > 1 && fit.contains(state.active());
        Set<PathId> next = shared ? fit : Set.of();
        return next.equals(sharing) ? this : new Balance(members, next);
    }

    /** Those of the others that new flows are not shared over any more. */
    Set<PathId> left(Balance before) {
        var left = new HashSet<>(before.sharing);
        left.removeAll(sharing);
        return left;
    }
}
