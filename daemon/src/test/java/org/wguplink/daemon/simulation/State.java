package org.wguplink.daemon.simulation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What is worth reaching: a simulation that never gets there says nothing of it. */
enum State {
    PATH_UP,
    PATH_SUSPECT,
    PATH_DOWN,
    SUSPICION_BY_TRAFFIC,
    ON_FIRST_WAN,
    ON_SECOND_WAN,
    ON_UPLINK,
    OFFLINE,
    ALL_RIDE_DEAD_WANS,
    DOUBTED,
    PATH_POOR,
    PORTAL_FOUND,
    FAMILIES_PARTED,
    HELD_DOWN_5_S,
    HELD_DOWN_60_S,
    FAILBACK,
    FLOWS_ENDED,
    DRAINED,
    LEASE_GRANTED,
    LEASE_REFUSED,
    LEASE_UNANSWERED,
    LEASE_EXPIRED,
    LEASE_RESUMED,
    OFFER_ACCEPTED,
    OFFER_REPLAYED,
    OFFER_FROM_THE_FUTURE,
    OFFER_EXPIRED,
    WITHDRAWN,
    CHAIN_PREVENTED,
    CLOCK_LOST,
    PARTED,
    CRASHED,
    LOST_POWER,
    LOST_STATE,
    CONVERGED_AT_HOME,
    CONVERGED_HELD_DOWN,
    CONVERGED_POOR;

    /** How often each was reached, by many runs at once. */
    static final class Counts {
        private final Map<State, Long> counts = new ConcurrentHashMap<>();

        void reached(State state) {
            counts.merge(state, 1L, Long::sum);
        }

        long of(State state) {
            return counts.getOrDefault(state, 0L);
        }

        @Override
        public String toString() {
            return Arrays.stream(values())
                    .map(s -> s.name().toLowerCase(Locale.ROOT) + " " + of(s))
                    .collect(Collectors.joining(", "));
        }
    }
}
