package org.wguplink.daemon.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.wguplink.core.health.PageAnswer;
import org.wguplink.core.health.PathMonitor.Ask;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;

class PortalCheckTest {
    private static final HttpUrl PAGE = HttpUrl.parse("http://192.0.2.1/empty");
    private static final HttpUrl OTHER = HttpUrl.parse("http://192.0.2.2/empty");

    private final MonoTime now = EventLoop.now();
    private final Pages pages = new Pages();
    private final List<Optional<String>> said = new ArrayList<>();

    @Test
    void asksOnceThePathIsUpAndSaysWhatIsNew() {
        PortalCheck check = check(List.of(PAGE));
        check.tick(now);
        assertThat(pages.asked).isEmpty();
        check.judged(Verdict.UP, now);
        check.tick(now);
        check.tick(now);
        assertThat(pages.asked).containsExactly(PAGE);
        pages.answer(PageAnswer.PORTAL);
        pages.answer(PageAnswer.PORTAL);
        assertThat(said).as("once").containsExactly(Optional.of("is behind a captive portal"));
        pages.answer(PageAnswer.EXPECTED);
        assertThat(said).hasSize(2).endsWith(Optional.empty());
    }

    @Test
    void triesAgainWhenItCannotBeAsked() {
        PortalCheck check = check(List.of(PAGE));
        check.judged(Verdict.UP, now);
        pages.known = false;
        check.tick(now);
        assertThat(check.nextWake())
                .hasValueSatisfying(at -> assertThat(at.since(now)).isLessThan(Duration.ofSeconds(5)));
    }

    @Test
    void anotherPageIsAskedForAtOnceAndNoneEndsIt() {
        PortalCheck check = check(List.of(PAGE));
        check.judged(Verdict.UP, now);
        check.tick(now);
        pages.answer(PageAnswer.PORTAL);
        check.configure(List.of(OTHER), Verdict.UP, now);
        assertThat(check.complaint()).isEmpty();
        check.tick(now);
        assertThat(pages.asked).containsExactly(PAGE, OTHER);
        check.configure(List.of(), Verdict.UP, now);
        check.tick(now);
        assertThat(pages.asked).hasSize(2);
        assertThat(check.nextWake()).isEmpty();
    }

    @Test
    void onePageAloneMayHaveChanged() {
        PortalCheck check = check(List.of(PAGE, OTHER));
        check.judged(Verdict.UP, now);
        check.tick(now);
        pages.answer(PageAnswer.PORTAL);
        check.tick(EventLoop.now());
        assertThat(pages.asked).containsExactly(PAGE, OTHER);
        pages.answer(PageAnswer.EXPECTED);
        assertThat(said).isEmpty();
    }

    private PortalCheck check(List<HttpUrl> empty) {
        var made = new ArrayList<PortalCheck>();
        made.add(new PortalCheck(pages, empty, _ -> said.add(made.getFirst().complaint())));
        return made.getFirst();
    }

    private static final class Pages implements Prober {
        private final List<HttpUrl> asked = new ArrayList<>();
        private final List<Consumer<PageAnswer>> listeners = new ArrayList<>();
        private boolean known = true;

        @Override
        public boolean fetch(HttpUrl page, Consumer<PageAnswer> onAnswer) {
            asked.add(page);
            listeners.add(onAnswer);
            return known;
        }

        void answer(PageAnswer answer) {
            listeners.getLast().accept(answer);
        }

        @Override
        public void send(Ask ask) {}

        @Override
        public void retain(IntPredicate awaited) {}

        @Override
        public void close() {}
    }
}
