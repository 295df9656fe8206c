package org.wguplink.daemon.simulation;

import java.time.Duration;

/** What must hold after every event, whatever the world does. */
enum Invariant {
    DEATH_IS_NOTICED("no route over a path that has been dead for 12 s, while one that works is known"),
    KNOWN_DEAD_IS_LEFT("no route over a path that is known to be dead for 0.6 s, while one is known to work"),
    ONE_FAMILY_LEAVES(
            "no route of a family over a path that is known for 0.6 s not to carry it, while one is known to"),
    LEFT_ONLY_FOR_BETTER("what works, or is merely suspected, is left only for a path that is less poor, or preferred"),
    BETTER_IS_TAKEN("no route over a path while one that is less poor, or preferred, has been trusted for 0.6 s"),
    PORTAL_IS_LEFT("no route over a path behind a portal that has answered 0.6 s ago, while one without is trusted"),
    HOLD_DOWN_IS_KEPT("a path that failed is preferred again after 5 s of life, one that failed twice after 60 s"),
    FEW_SWITCHES(
            "while one path is trusted, each other one costs 3 switches in 30 s at most, and 2 more if it was poor"),
    ORDER_IS_THE_USERS("own WANs stand before uplinks, and uplinks by the user's weight"),
    RIDERS_ARE_DOUBTED("no new flows by a tunnel over a dead WAN, unless something came through it since"),
    FLOWS_END_WITH_THEIR_PATH("no flow stays on a path that is known to be dead when another carries new flows"),
    DRAINS_KEEP_TIME("flows on an uplink that new ones have left end when its time is over, and never before"),
    KERNEL_FOLLOWS("new flows take the path that was decided"),
    OFFERS_ONLY_ITS_OWN("nobody offers, or lets consumers through, while it borrows"),
    NO_CHAIN("what a provider forwards leaves by its own WAN"),
    NO_LOOP("no packet comes back to a node that has sent it"),
    BORROWER_IS_LEFT("nobody routes by a node for 12 s that borrows itself"),
    WITHDRAWN_IS_LEFT("no route by a provider that was heard to lend no more"),
    SERVES_WHO_HOLDS("a consumer without a lease is not served for more than 1 s"),
    LEASE_ENDS("no lease lives 50 s longer than its time and its tunnel"),
    LEDGER_GROWS("a newer offer is never replaced by an older one"),
    CONVERGES("with the faults over for 25 s every node has a path that works, the own WAN unless that is held down");

    static final Duration NOTICED = Duration.ofSeconds(12);
    /** {@code FailoverState.WAN_COMES_TOO}, and a moment. */
    static final Duration LEFT = Duration.ofMillis(600);

    static final Duration LEASE_OVER = Duration.ofSeconds(50);
    static final Duration UNSERVED = Duration.ofSeconds(1);

    /**
     * Until all is well again: the death of the path in use is noticed within 12 s, and a path that was dead, and of which
     * nothing else works, is asked every 2 s and needs 3 answers in a row, of which a probe in a hundred gets lost.
     */
    static final Duration CONVERGED = Duration.ofSeconds(25);

    final String sentence;

    Invariant(String sentence) {
        this.sentence = sentence;
    }
}
