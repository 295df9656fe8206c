package org.wguplink.lab.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;

/** What is compared of a fault; seen by a LAN host and counted outside the nodes, so that all programs are measured alike. */
enum Aspect {
    OUTAGE_MS("outage, ms", 0, "never") {
        @Override
        OptionalDouble of(OutageRun.Result run) {
            return run.outage().map(Aspect::millis).orElse(OptionalDouble.empty());
        }
    },
    FRESH_MS("fresh connection, ms", 0, "never") {
        @Override
        OptionalDouble of(OutageRun.Result run) {
            return run.fresh().map(Aspect::millis).orElse(OptionalDouble.empty());
        }
    },
    DNS_OK("DNS", 2, "-") {
        @Override
        OptionalDouble of(OutageRun.Result run) {
            return run.dnsOk();
        }
    },
    HTTP_OK("HTTP", 2, "-") {
        @Override
        OptionalDouble of(OutageRun.Result run) {
            return run.httpOk();
        }
    },
    /** Of one that never left there is no way back. */
    FAILBACK_LOST("lost on the way back", 0, "-") {
        @Override
        OptionalDouble of(OutageRun.Result run) {
            return run.outage()
                    .flatMap(_ -> run.back())
                    .map(back -> OptionalDouble.of((double) back.pinnedLost()))
                    .orElse(OptionalDouble.empty());
        }
    },
    SWITCHES("switches", 0, "-") {
        @Override
        OptionalDouble of(OutageRun.Result run) {
            return OptionalDouble.of(run.exitsSeen());
        }
    },
    LEAKED("leaked", 0, "-") {
        @Override
        OptionalDouble of(OutageRun.Result run) {
            return OptionalDouble.of(run.leaked().values().stream()
                    .mapToDouble(Long::doubleValue)
                    .sum());
        }
    };

    private final String title;
    private final int decimals;
    private final String without;

    Aspect(String title, int decimals, String without) {
        this.title = title;
        this.decimals = decimals;
        this.without = without;
    }

    /** Of one run; empty when there is none. */
    abstract OptionalDouble of(OutageRun.Result run);

    /** The head of its column. */
    String title() {
        return title;
    }

    /** Of its key in JSON. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    String text(Measure measure) {
        return measure.text(decimals, without);
    }

    private static OptionalDouble millis(Duration time) {
        return OptionalDouble.of(time.toNanos() / 1e6);
    }
}
