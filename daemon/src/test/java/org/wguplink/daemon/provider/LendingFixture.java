package org.wguplink.daemon.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.core.health.Detection;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.Link;
import org.wguplink.core.network.MainRoute;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.offer.WanType;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.core.tunnel.TunnelPeer;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.NodeFiles;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.RunningLoop;

/** A provider whose offer stands, on its loop, with a kernel that the test holds in its hand. */
abstract class LendingFixture {
    static final PeerId SELF = new PeerId("nodeA");
    static final PeerId ANA = new PeerId("ana");
    static final PeerId BOB = new PeerId("bob");
    static final Link SERVED = new Link(TunnelName.SERVED, 9, true, true, 1420);

    @TempDir
    Path temp;

    final FakeTunnels tunnels = new FakeTunnels();
    final List<Offer> published = new CopyOnWriteArrayList<>();
    volatile boolean bounded = true;
    final FakeForwarding forwarding = new FakeForwarding(tunnels);
    List<Offer> publishedBeforeTheTest = List.of();
    RunningLoop loop;
    Lending lending;

    @BeforeEach
    void start() throws Exception {
        var files = new NodeFiles(temp);
        Files.createDirectories(files.state());
        loop = new RunningLoop();
        lending = loop.call(() -> new Lending(
                loop.loop(),
                tunnels,
                new TunnelKeys(temp.resolve("keys")),
                files,
                config(true),
                forwarding,
                new Lending.Listener() {
                    @Override
                    public void publish(Offer offer) {
                        published.add(offer);
                    }

                    @Override
                    public boolean replan() {
                        return bounded;
                    }
                }));
        loop.call(() -> {
            lending.joined(Optional.of(Addresses.parse("10.250.0.1")), Optional.of(SELF), EventLoop.now());
            lending.trust(Set.of(ANA, BOB));
            lending.line(Optional.of(FakeForwarding.LINE));
            lending.considered(Optional.empty(), Duration.ofMillis(7), EventLoop.now());
            return true;
        });
        loop.settle();
        publishedBeforeTheTest = List.copyOf(published);
        test();
    }

    @AfterEach
    void stop() throws Exception {
        loop.close();
    }

    void configure(Config.Lending next) throws Exception {
        loop.call(() -> {
            lending.configure(next, EventLoop.now());
            return true;
        });
    }

    /** The WAN has this address, and the default route of IPv4. */
    void at(String address) throws Exception {
        onMtu(address, 1500);
    }

    void onMtu(String address, int mtu) throws Exception {
        var own = new DeviceAddress("wan", Addresses.parse(address), 24);
        loop.call(() -> {
            lending.observe(
                    new NetworkSnapshot(
                            Map.of("wan", new Link("wan", 2, true, true, mtu), SERVED.name(), SERVED),
                            List.of(own),
                            List.of(new MainRoute(InetNetwork.any(Family.IPV4), "wan", Optional.of(own.address()), 0))),
                    Set.of("wan"));
            lending.considered(Optional.empty(), Duration.ofMillis(7), EventLoop.now());
            return true;
        });
        loop.settle();
    }

    /** Lets the next test of the forwarding come, as a changed packet filter does. */
    void test() throws Exception {
        int before = forwarding.tests();
        forwarding.filterChanges();
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        for (long later = 0; forwarding.tests() == before && System.nanoTime() < deadline; later += 10) {
            Duration ahead = Duration.ofSeconds(later);
            loop.call(() -> {
                lending.tick(EventLoop.now().plus(ahead));
                return true;
            });
            Thread.sleep(5);
        }
        assertThat(forwarding.tests()).isGreaterThan(before);
        Thread.sleep(50);
        loop.settle();
    }

    List<TunnelPeer> consumersServed() {
        return tunnels.made(TunnelName.SERVED).peers();
    }

    void observe(Link... links) throws Exception {
        var byName = new TreeMap<String, Link>();
        for (Link link : links) byName.put(link.name(), link);
        loop.call(() -> {
            lending.observe(new NetworkSnapshot(byName, List.of(), List.of()), Set.of("wan"));
            return true;
        });
    }

    Grant granted(LeaseRequest request) throws Exception {
        LeaseAnswer answer = ask(request);
        assertThat(answer).isInstanceOf(Grant.class);
        return (Grant) answer;
    }

    LeaseAnswer ask(LeaseRequest request) throws Exception {
        var answer = new CompletableFuture<LeaseAnswer>();
        loop.loop().execute(() -> lending.requested(request, answer::complete));
        LeaseAnswer result = answer.get(5, TimeUnit.SECONDS);
        loop.settle();
        return result;
    }

    static LeaseRequest request(PeerId consumer, int key, String... prefixes) {
        return new LeaseRequest(
                consumer,
                SELF,
                "n".repeat(22),
                Instant.now(),
                key(key),
                Endpoint.parse("10.250.0.3:51820"),
                List.of(prefixes).stream().map(InetNetwork::parse).toList());
    }

    static WireGuardKey key(int n) {
        byte[] bytes = new byte[WireGuardKey.LENGTH];
        bytes[0] = (byte) n;
        return WireGuardKey.of(bytes);
    }

    static Config config(boolean offer) {
        return new Config(
                true,
                true,
                2,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                true,
                new Config.Watching(Detection.DEFAULT, Optional.empty(), List.of(), Optional.empty()),
                Config.Draining.USUAL,
                Optional.empty(),
                List.of(),
                List.of(),
                new Config.Lending(offer, 0, 0, WanType.UNKNOWN, 0, Duration.ofMinutes(10)),
                Optional.empty(),
                new TreeMap<>(),
                List.of(),
                new TreeMap<>(),
                List.of());
    }
}
