package org.wguplink.daemon.consumer;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.wguplink.core.health.ProbeSettings;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.config.Config;

/**
 * How uplinks are looked after, as the configuration says (docs/adr/0006).
 *
 * @param targets what the probes ask
 * @param watching how soon a silence is a death, and what is poor
 * @param checkInterval the longest between two looks at any uplink that is kept ready, working or not
 * @param failoverTimeout the longest without a sign of life: of the uplink that carries traffic, and of a new one
 */
record Care(List<InetAddress> targets, Config.Watching watching, Duration checkInterval, Duration failoverTimeout) {
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    static Care of(Config config) {
        return new Care(config.trackIps(), config.watching(), config.checkInterval(), config.failoverTimeout());
    }

    ProbeSettings probes(boolean inUse) {
        return inUse
                ? watching.inUse().within(failoverTimeout)
                : watching.standby().atLeastEvery(checkInterval);
    }

    /** By when an uplink must have shown that it leads to the internet. */
    MonoTime provenBy(MonoTime openedAt) {
        return openedAt.plus(failoverTimeout);
    }

    /** Between two attempts to get a lease, when several have failed. */
    Duration longestPause() {
        return checkInterval.compareTo(LONGEST_PAUSE) < 0 ? checkInterval : LONGEST_PAUSE;
    }
}
