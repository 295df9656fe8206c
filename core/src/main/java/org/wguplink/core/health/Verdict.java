package org.wguplink.core.health;

/** What the probes say of a path. */
public enum Verdict {
    /** Not judged yet: the first probes are under way. */
    UNKNOWN,
    /** Answers come back. */
    UP,
    /** An answer is overdue; a burst of probes is deciding. */
    SUSPECT,
    /** Nothing came back. */
    DOWN
}
