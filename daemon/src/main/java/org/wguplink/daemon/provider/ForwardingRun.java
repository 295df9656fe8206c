package org.wguplink.daemon.provider;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.loop.Loop;
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
    private final Loop loop;
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

    ForwardingRun(Loop loop, ForwardingTester tester, Door door) {
        this.loop = loop;
        this.tester = tester;
        this.door = door;
    }

    /**
     * @param addresses of the consumer
     * @param done on the loop, when everything is as it was before
     */
    void start(TunnelAddresses addresses, Ready served, Line line, Consumer<Map<Family, Finding>> done) {
        var nobody = new Nobody(WireGuardKeys.generate(), addresses);
        Consumer<Map<Family, Finding>> end = found -> door.admit(Optional.empty(), trouble -> done.accept(found));
        Consumer<String> failed = why -> end.accept(failure(line, why));
        door.admit(Optional.of(WireGuardKeys.publicKey(nobody.secret())), trouble -> {
            if (trouble.isPresent()) failed.accept(trouble.get());
            else
                loop.aside(
                        "forwarding test",
                        () -> Map.copyOf(tester.test(nobody, served, line)),
                        end,
                        e -> failed.accept(Failures.text(e)));
        });
    }

    private static Map<Family, Finding> failure(Line line, String why) {
        var finding = new Finding("its forwarding cannot be tested: " + why, false);
        return line.families().stream().collect(Collectors.toMap(f -> f, f -> finding));
    }
}
