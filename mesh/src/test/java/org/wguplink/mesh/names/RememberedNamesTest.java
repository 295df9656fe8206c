package org.wguplink.mesh.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a resolver that the test holds in its hand. */
class RememberedNamesTest {
    private static final InetAddress HOME = InetAddress.ofLiteral("192.0.2.1");

    @TempDir
    Path temp;

    private final AtomicInteger asked = new AtomicInteger();
    private final Semaphore changes = new Semaphore(0);
    private volatile RememberedNames.Lookup resolver = host -> new InetAddress[] {HOME};
    private Path file;

    @BeforeEach
    void name() {
        file = temp.resolve("names.json");
    }

    @Test
    void nobodyWaitsForAResolverThatHangs() throws Exception {
        var hanging = new CountDownLatch(1);
        resolver = host -> {
            await(hanging);
            return new InetAddress[] {HOME};
        };
        RememberedNames names = open();
        long began = System.nanoTime();
        assertThat(names.known("home.example.com")).isEmpty();
        for (int i = 0; i < 20; i++) names.refresh("name" + i + ".example.com");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
        assertThat(asked.get()).as("one at a time").isLessThanOrEqualTo(1);
        hanging.countDown();
        assertThat(changes.tryAcquire(21, 10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theLastGoodAddressesOutliveTheResolverAndTheProcess() throws Exception {
        RememberedNames names = open();
        names.known("home.example.com");
        changed();
        assertThat(names.known("home.example.com")).containsExactly(HOME);
        resolver = host -> {
            throw new UnknownHostException(host);
        };
        RememberedNames later = open();
        assertThat(later.known("home.example.com")).containsExactly(HOME);
        later.refresh("home.example.com");
        awaitAsked(2);
        assertThat(later.known("home.example.com")).containsExactly(HOME);
    }

    @Test
    void aNameIsNotAskedForAgainAtOnce() throws Exception {
        RememberedNames names = open();
        names.known("home.example.com");
        changed();
        for (int i = 0; i < 100; i++) names.refresh("home.example.com");
        assertThat(changes.tryAcquire(300, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(asked.get()).isEqualTo(1);
    }

    @Test
    void aDamagedFileIsMadeAnew() throws Exception {
        for (String garbage :
                List.of("", "x", "null", "[]", "{\"h\":7}", "{\"h\":[\"no address\"]}", "{\"h\":[null]}")) {
            Files.writeString(file, garbage);
            assertThat(open().known("elsewhere.example.com")).isEmpty();
            changed();
        }
        assertThat(Files.readString(file)).contains("192.0.2.1");
    }

    /** Its directory is missing at first, as room may be. */
    @Test
    void whatCouldNotBeWrittenIsWrittenWhenItCanBe() throws Exception {
        file = temp.resolve("later/names.json");
        RememberedNames names = open();
        names.known("home.example.com");
        changed();
        Files.createDirectory(file.getParent());
        for (int i = 0; i < 1000 && !Files.exists(file); i++) {
            names.known("home.example.com");
            Thread.sleep(10);
        }
        assertThat(Files.readString(file)).contains("192.0.2.1");
        assertThat(asked.get()).isEqualTo(1);
    }

    private RememberedNames open() {
        return new RememberedNames(
                Optional.of(file),
                host -> {
                    asked.incrementAndGet();
                    return resolver.of(host);
                },
                changes::release);
    }

    private void changed() throws InterruptedException {
        assertThat(changes.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    }

    private void awaitAsked(int times) throws InterruptedException {
        for (int i = 0; i < 500 && asked.get() < times; i++) Thread.sleep(10);
        assertThat(asked.get()).isEqualTo(times);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
