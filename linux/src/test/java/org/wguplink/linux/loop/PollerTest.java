package org.wguplink.linux.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.wguplink.linux.ffi.Libc;

class PollerTest {
    private static final int EFD_NONBLOCK = 0x800;

    @Test
    void wakesUpFromAnotherThread() throws Exception {
        try (var poller = new Poller()) {
            long start = System.nanoTime();
            Thread waker = Thread.ofPlatform().start(poller::wakeUp);
            poller.poll(Duration.ofSeconds(30));
            waker.join();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void aWakeUpBeforehandIsNotLostAndCountsOnce() throws Exception {
        try (var poller = new Poller()) {
            poller.wakeUp();
            poller.wakeUp();
            poller.poll(Duration.ofSeconds(30));
            long start = System.nanoTime();
            poller.poll(Duration.ofMillis(20));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(20));
        }
    }

    @Test
    void runsWhatIsReadableAndHonoursUnwatchFromACallback() throws Exception {
        int a = Libc.eventfd(1, EFD_NONBLOCK);
        int b = Libc.eventfd(1, EFD_NONBLOCK);
        var ran = new AtomicInteger();
        try (var poller = new Poller()) {
            poller.watch(a, () -> {
                ran.incrementAndGet();
                poller.unwatch(b);
            });
            poller.watch(b, () -> ran.addAndGet(100));
            poller.poll(Duration.ZERO);
            assertThat(ran).hasValue(1);
            poller.poll(Duration.ZERO);
            assertThat(ran).hasValue(2);
            poller.unwatch(a);
            poller.poll(Duration.ZERO);
            assertThat(ran).hasValue(2);
        } finally {
            Libc.close(a);
            Libc.close(b);
        }
    }

    @Test
    void waitsWithoutRoundingToMilliseconds() throws Exception {
        try (var poller = new Poller()) {
            poller.poll(Duration.ZERO);
            long start = System.nanoTime();
            poller.poll(Duration.ofNanos(300_000));
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(300_000);
        }
    }
}
