package org.wguplink.daemon.simulation;

/** An invariant that did not hold; the message tells how to see that again. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1;

    final Invariant invariant;

    Violation(Invariant invariant, String message) {
        super(message);
        this.invariant = invariant;
    }
}
