package org.wguplink.daemon.provider;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.offer.Capabilities;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.offer.Terms;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;

/** Knows what the mesh was told last of what this node lends, and when it is told again. Loop thread only. */
final class Offering {
    private static final Logger LOG = System.getLogger(Offering.class.getName());
    private static final Duration VALIDITY = Duration.ofMinutes(3);
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final int LONGEST_REASON = 200;

    private final Sequence sequence;
    private final InstantSource wall;
    private final Consumer<Offer> mesh;
    private Optional<Standing> told = Optional.empty();
    private Optional<String> trouble = Optional.empty();
    private MonoTime tellAt = EventLoop.now();

    /**
     * What is told at once when it changes.
     *
     * @param why nothing is lent; empty when something is
     * @param behindNat whether other nodes see this one come from an address that is not its own
     */
    record Standing(Optional<String> why, List<TypedEndpoint> endpoints, boolean behindNat) {
        boolean available() {
            return why.isEmpty();
        }
    }

    Offering(Sequence sequence, InstantSource wall, Consumer<Offer> mesh) {
        this.sequence = sequence;
        this.wall = wall;
        this.mesh = mesh;
    }

    boolean tells(Standing standing) {
        return told.equals(Optional.of(standing));
    }

    /** What was told holds no more, whatever the standing. */
    void outdated() {
        told = Optional.empty();
    }

    /** Why the mesh could not be told. */
    Optional<String> trouble() {
        return trouble;
    }

    MonoTime nextWake() {
        return tellAt;
    }

    /** There is nothing to tell now, or it is being told. */
    void postpone(MonoTime now) {
        tellAt = now.plus(PERIOD);
    }

    /**
     * What is told along with the standing, as it is then.
     *
     * @param latency measured, told where the user states none
     */
    record Figures(int bandwidthMbps, Duration latency, Terms terms) {}

    void tell(Provider provider, Standing standing, Figures figures, MonoTime now) {
        postpone(now);
        told = Optional.of(standing);
        try {
            mesh.accept(offer(provider, sequence.next(), standing, figures));
            trouble = Optional.empty();
        } catch (IOException e) {
            String why = "no offer: " + Failures.text(e);
            if (!trouble.equals(Optional.of(why))) LOG.log(Level.ERROR, why);
            trouble = Optional.of(why);
            tellAt = now.plus(RETRY);
        }
    }

    private Offer offer(Provider provider, long number, Standing standing, Figures figures) {
        Instant issued = wall.instant();
        Config.Lending config = provider.config();
        int claimed = config.latencyMs() > 0 ? config.latencyMs() : (int) Math.min(60_000, figures.latency.toMillis());
        return new Offer(
                provider.self(),
                number,
                issued,
                issued.plus(VALIDITY),
                new Capabilities(figures.bandwidthMbps, claimed, config.wanType(), standing.available(), figures.terms),
                reason(standing.why().orElse("")),
                provider.endpoint(),
                provider.served().key(),
                standing.endpoints,
                standing.behindNat);
    }

    /** As much of it as a signed document takes. */
    static String reason(String why) {
        return why.length() > LONGEST_REASON ? why.substring(0, LONGEST_REASON) : why;
    }
}
