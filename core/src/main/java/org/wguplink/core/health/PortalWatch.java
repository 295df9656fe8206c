package org.wguplink.core.health;

import java.time.Duration;
import java.util.Optional;
import org.wguplink.core.time.MonoTime;

/**
 * Whether a path that lives leads to a captive portal (RFC 8910) instead of to the internet, and when that is asked by pages
 * that are known to be empty. A portal answers for all of them; one alone may have changed, for everybody. Immutable. No
 * answer says nothing: other probes judge that.
 *
 * @param portalSince when a portal answered first; empty: none does, as far as is known
 * @param askAt when to ask next; empty while the path does not live
 * @param askedAt when it was asked last; empty: not since the path has come up
 * @param page by which to ask next, counted round
 * @param taken how many pages a portal seemed to answer for since one came
 */
public record PortalWatch(
        Optional<MonoTime> portalSince, Optional<MonoTime> askAt, Optional<MonoTime> askedAt, int page, int taken) {
    public static final String COMPLAINT = "is behind a captive portal";

    /** Of a path that is not known to live. */
    public static final PortalWatch IDLE = new PortalWatch(Optional.empty(), Optional.empty(), Optional.empty(), 0, 0);

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

    /** The page of this turn has been asked for; unless it comes, the next is asked for next. */
    public PortalWatch asked(MonoTime now) {
        return new PortalWatch(portalSince, Optional.of(now.plus(pause(now))), Optional.of(now), page + 1, taken);
    }

    /** It could not be asked for yet. */
    public PortalWatch unasked(MonoTime now) {
        return new PortalWatch(portalSince, Optional.of(now.plus(SOON)), askedAt, page + 1, taken);
    }

    /**
     * What came when {@link #asked}. An answer after the path has died says nothing any more.
     *
     * @param pages there are
     */
    public PortalWatch answered(PageAnswer answer, int pages, MonoTime now) {
        if (askAt.isEmpty()) return this;
        return switch (answer) {
            case EXPECTED ->
                new PortalWatch(Optional.empty(), Optional.of(now.plus(USUAL)), askedAt, Math.max(0, page - 1), 0);
            case PORTAL -> taken(pages, now);
            case UNCLEAR -> this;
        };
    }

    private PortalWatch taken(int pages, MonoTime now) {
        if (taken + 1 < pages) return new PortalWatch(portalSince, Optional.of(now), askedAt, page, taken + 1);
        Optional<MonoTime> since = portalSince.or(() -> Optional.of(now));
        var captive = new PortalWatch(since, askAt, askedAt, page, taken);
        return captive.askingAt(now.plus(captive.pause(now)));
    }

    /** The rest of a sentence that begins with the path's name; empty: nothing is known against it. */
    public Optional<String> complaint() {
        return portalSince.map(_ -> COMPLAINT);
    }

    private PortalWatch askingAt(MonoTime at) {
        return new PortalWatch(portalSince, Optional.of(at), askedAt, page, taken);
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
