package org.wguplink.daemon.provider;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.provider.ForwardingTester.Finding;
import org.wguplink.daemon.provider.ForwardingTester.Line;
import org.wguplink.daemon.provider.ForwardingTester.Nobody;
import org.wguplink.daemon.provider.ServedInterface.Ready;
import org.wguplink.linux.wireguard.WireGuardKeys;

/**
 * Carries out a test of the forwarding, on a thread of its own: the worker is for what a switch may wait for. A consumer
 * with a new key is let in, asks, and is let in no more.
 */
final class ForwardingRun {
    private static final Duration ADMISSION = Duration.ofSeconds(10);

    private final EventLoop loop;
    private final ForwardingTester tester;
    private final Door door;

    /** Where consumers come in. */
    interface Door {
        /**
         * Serves the test's consumer, and nobody who was let in for a test before.
         *
         * @param done on the loop; empty when it worked, else what went wrong
         */
        void admit(Optional<WireGuardKey> consumer, Consumer<Optional<String>> done);
    }

    ForwardingRun(EventLoop loop, ForwardingTester tester, Door door) {
        this.loop = loop;
        this.tester = tester;
        this.door = door;
    }

    /**
     * @param addresses of the consumer
     * @param done on the loop, when everything is as it was before
     */
    void start(TunnelAddresses addresses, Ready served, Line line, Consumer<Map<Family, Finding>> done) {
        Thread.ofPlatform().daemon().name("forwarding test").start(() -> {
            Map<Family, Finding> found;
            try {
                found = Map.copyOf(test(addresses, served, line));
            } catch (Exception e) {
                var finding = new Finding("its forwarding cannot be tested: " + Failures.text(e), false);
                found = line.families().stream().collect(Collectors.toMap(f -> f, f -> finding));
            }
            Map<Family, Finding> result = found;
            loop.execute(() -> door.admit(Optional.empty(), trouble -> done.accept(result)));
        });
    }

    private Map<Family, Finding> test(TunnelAddresses addresses, Ready served, Line line) throws Exception {
        WireGuardSecret secret = WireGuardKeys.generate();
        WireGuardKey key = WireGuardKeys.publicKey(secret);
        var admitted = new CompletableFuture<Optional<String>>();
        loop.execute(() -> door.admit(Optional.of(key), admitted::complete));
        Optional<String> trouble = admitted.get(ADMISSION.toSeconds(), TimeUnit.SECONDS);
        if (trouble.isPresent()) throw new IllegalStateException(trouble.get());
        return tester.test(new Nobody(secret, addresses), served, line);
    }
}
