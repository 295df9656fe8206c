package org.wguplink.daemon.path;

import java.util.Optional;
import java.util.function.Consumer;
import org.wguplink.core.health.PageAnswer;
import org.wguplink.core.health.PortalWatch;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;

/** Asks for a page by one path now and then, and says whether a captive portal answers in its stead. Loop thread only. */
final class PortalCheck {
    private final Prober prober;
    private final Consumer<MonoTime> changed;
    private Optional<HttpUrl> page;
    private PortalWatch watch = PortalWatch.IDLE;

    /**
     * @param page empty: nothing is asked
     * @param changed hears that the complaint is another
     */
    PortalCheck(Prober prober, Optional<HttpUrl> page, Consumer<MonoTime> changed) {
        this.prober = prober;
        this.page = page;
        this.changed = changed;
    }

    /** Asks for another page from now on, and forgets what was found. */
    void configure(Optional<HttpUrl> next, Verdict verdict, MonoTime now) {
        if (next.equals(page)) return;
        page = next;
        become(PortalWatch.IDLE.judged(verdict, now), now);
    }

    void judged(Verdict verdict, MonoTime now) {
        become(watch.judged(verdict, now), now);
    }

    void tick(MonoTime now) {
        if (page.isEmpty() || !watch.isDue(now)) return;
        watch = prober.fetch(page.get(), this::answered) ? watch.asked(now) : watch.unasked(now);
    }

    Optional<MonoTime> nextWake() {
        return page.flatMap(_ -> watch.askAt());
    }

    Optional<String> complaint() {
        return watch.complaint();
    }

    private void answered(PageAnswer answer) {
        MonoTime now = EventLoop.now();
        become(watch.answered(answer, now), now);
    }

    private void become(PortalWatch next, MonoTime now) {
        boolean other = !next.complaint().equals(watch.complaint());
        watch = next;
        if (other) changed.accept(now);
    }
}
