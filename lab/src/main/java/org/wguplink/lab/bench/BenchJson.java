package org.wguplink.lab.bench;

import io.avaje.jsonb.Jsonb;

/** The one writer of figures: two that are made in two threads at once disturb each other's list of adapters. */
final class BenchJson {
    /** What is not known says so. */
    private static final Jsonb JSONB = Jsonb.builder().serializeNulls(true).build();

    private BenchJson() {}

    static String of(Object figures) {
        return JSONB.toJson(figures);
    }
}
