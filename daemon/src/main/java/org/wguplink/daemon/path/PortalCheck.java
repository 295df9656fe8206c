package org.wguplink.daemon.path;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.wguplink.core.health.PageAnswer;
import org.wguplink.core.health.PortalWatch;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;

/** Asks for an empty page by one path now and then, and says whether a captive portal answers in its stead. Loop thread only. */
final class PortalCheck {
    private final Prober prober;
    private final Consumer<MonoTime> changed;
    private List<HttpUrl> pages;
    private PortalWatch watch = PortalWatch.IDLE;

    /**
     * @param pages none: nothing is asked
     * @param changed hears that the complaint is another
     */
    PortalCheck(Prober prober, List<HttpUrl> pages, Consumer<MonoTime> changed) {
        this.prober = prober;
        this.pages = pages;
        this.changed = changed;
    }

    /** Asks for other pages from now on, and forgets what was found. */
    void configure(List<HttpUrl> next, Verdict verdict, MonoTime now) {
        if (next.equals(pages)) return;
        pages = next;
        become(PortalWatch.IDLE.judged(verdict, now), now);
    }

    void judged(Verdict verdict, MonoTime now) {
        become(watch.judged(verdict, now), now);
    }

    void tick(MonoTime now) {
        if (pages.isEmpty() || !watch.isDue(now)) return;
        watch = prober.fetch(pages.get(watch.page() % pages.size()), this::answered)
                ? watch.asked(now)
                : watch.unasked(now);
    }

    Optional<MonoTime> nextWake() {
        return pages.isEmpty() ? Optional.empty() : watch.askAt();
    }

    Optional<String> complaint() {
        return watch.complaint();
    }

    private void answered(PageAnswer answer) {
        MonoTime now = EventLoop.now();
        become(watch.answered(answer, pages.size(), now), now);
    }

    private void become(PortalWatch next, MonoTime now) {
        boolean other = !next.complaint().equals(watch.complaint());
        watch = next;
        if (other) changed.accept(now);
    }
}
