package org.wguplink.core.health;

import java.time.Duration;
import java.util.Optional;
import org.wguplink.core.time.MonoTime;

/**
 * Whether a path that lives leads to a captive portal (RFC 8910) instead of to the internet, and when that is asked by a page
 * that is known to be empty. Immutable. No answer says nothing: other probes judge that.
 *
 * @param portalSince when a portal answered first; empty: none does, as far as is known
 * @param askAt when to ask next; empty while the path does not live
 * @param askedAt when it was asked last; empty: not since the path has come up
 */
public record PortalWatch(Optional<MonoTime> portalSince, Optional<MonoTime> askAt, Optional<MonoTime> askedAt) {
    public static final String COMPLAINT = "is behind a captive portal";

    /** Of a path that is not known to live. */
    public static final PortalWatch IDLE = new PortalWatch(Optional.empty(), Optional.empty(), Optional.empty());

    /** Between two questions when the page came: some 250 kB a day. */
    static final Duration USUAL = Duration.ofMinutes(5);
    /** Between two questions of a path that is suspected again and again, and answers. */
    static final Duration SUSPECTED = Duration.ofSeconds(30);
    /** When nothing came. */
    static final Duration UNANSWERED = Duration.ofMinutes(1);
    /** When it could not be asked. */
    static final Duration SOON = Duration.ofSeconds(2);
    /** While there is a portal, a tenth of the time that it has been there, between these: most log in soon, or never. */
    static final Duration LEAST_CAPTIVE = Duration.ofSeconds(5);

    static final Duration MOST_CAPTIVE = Duration.ofMinutes(1);

    /**
     * The probes say this of the path: it is asked at once when it has come up, or when it answers though traffic was not
     * answered, which is how a portal begins.
     */
    public PortalWatch judged(Verdict verdict, MonoTime now) {
        return switch (verdict) {
            case UP -> askingAt(askAt.map(usual -> sooner(usual, now)).orElse(now));
            case DOWN -> IDLE;
            case UNKNOWN, SUSPECT -> this;
        };
    }

    public boolean isDue(MonoTime now) {
        return askAt.filter(at -> at.isDue(now)).isPresent();
    }

    /** The page has been asked for. */
    public PortalWatch asked(MonoTime now) {
        return new PortalWatch(portalSince, Optional.of(now.plus(pause(now))), Optional.of(now));
    }

    /** It could not be asked for yet. */
    public PortalWatch unasked(MonoTime now) {
        return askingAt(now.plus(SOON));
    }

    /** One that comes after the path has died says nothing any more. */
    public PortalWatch answered(PageAnswer answer, MonoTime now) {
        if (askAt.isEmpty()) return this;
        return switch (answer) {
            case EXPECTED -> new PortalWatch(Optional.empty(), Optional.of(now.plus(USUAL)), askedAt);
            case PORTAL -> new PortalWatch(portalSince.or(() -> Optional.of(now)), askAt, askedAt).asked(now);
            case UNCLEAR -> this;
        };
    }

    /** The rest of a sentence that begins with the path's name; empty: nothing is known against it. */
    public Optional<String> complaint() {
        return portalSince.map(_ -> COMPLAINT);
    }

    private PortalWatch askingAt(MonoTime at) {
        return new PortalWatch(portalSince, Optional.of(at), askedAt);
    }

    private MonoTime sooner(MonoTime usual, MonoTime now) {
        MonoTime allowed = askedAt.map(at -> at.plus(SUSPECTED)).orElse(now);
        MonoTime soon = allowed.isBefore(now) ? now : allowed;
        return usual.isBefore(soon) ? usual : soon;
    }

    private Duration pause(MonoTime now) {
        if (portalSince.isEmpty()) return UNANSWERED;
        Duration tenth = now.since(portalSince.get()).dividedBy(10);
        if (tenth.compareTo(LEAST_CAPTIVE) < 0) return LEAST_CAPTIVE;
        return tenth.compareTo(MOST_CAPTIVE) > 0 ? MOST_CAPTIVE : tenth;
    }
}
