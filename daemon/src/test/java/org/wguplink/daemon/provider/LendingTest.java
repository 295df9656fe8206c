package org.wguplink.daemon.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.lease.LeaseAnswer.Refusal;
import org.wguplink.core.lease.LeaseRelease;
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
import org.wguplink.core.offer.Capabilities;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.offer.WanType;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.core.tunnel.TunnelPeer;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.RunningLoop;

class LendingTest {
    private static final PeerId SELF = new PeerId("nodeA");
    private static final PeerId ANA = new PeerId("ana");
    private static final PeerId BOB = new PeerId("bob");
    private static final Link SERVED = new Link(TunnelName.SERVED, 9, true, true, 1420);

    @TempDir
    Path temp;

    private final FakeTunnels tunnels = new FakeTunnels();
    private final List<Offer> published = new CopyOnWriteArrayList<>();
    private volatile boolean bounded = true;
    private final FakeForwarding forwarding = new FakeForwarding(tunnels);
    private List<Offer> publishedBeforeTheTest = List.of();
    private RunningLoop loop;
    private Lending lending;

    @BeforeEach
    void start() throws Exception {
        loop = new RunningLoop();
        lending = loop.call(() -> new Lending(
                loop.loop(),
                tunnels,
                new TunnelKeys(temp.resolve("keys")),
                temp,
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

    @Test
    void aVerifiedWanIsOfferedAtOnceWithItsMeasuredLatency() {
        Offer offer = published.getLast();
        assertThat(offer.capabilities().available()).isTrue();
        assertThat(offer.capabilities().latencyMs()).isEqualTo(7);
        assertThat(offer.endpoint()).isEqualTo(Endpoint.parse("10.250.0.1:40000"));
    }

    @Test
    void aLostWanIsWithdrawnAtOnceWithTheReasonAndAHigherSequence() throws Exception {
        Offer before = published.getLast();
        loop.call(() -> {
            lending.considered(Optional.of("its WAN is down"), Duration.ZERO, EventLoop.now());
            return true;
        });
        Offer after = published.getLast();
        assertThat(after.capabilities().available()).isFalse();
        assertThat(after.reason()).isEqualTo("its WAN is down");
        assertThat(after.sequence()).isGreaterThan(before.sequence());
    }

    @Test
    void theUsersWithdrawalIsToldAtOnce() throws Exception {
        loop.call(() -> {
            lending.configure(config(false).lending(), EventLoop.now());
            return true;
        });
        assertThat(published.getLast().capabilities().available()).isFalse();
    }

    @Test
    void theOfferClaimsWhatTheUserStates() throws Exception {
        configure(new Config.Lending(true, 50, 12, WanType.LTE, 0, Duration.ofSeconds(60)));
        assertThat(published.getLast().capabilities()).isEqualTo(new Capabilities(50, 12, WanType.LTE, true));
        assertThat(granted(request(ANA, 1)).lifetime()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void aPortThatAnotherProgramHasIsSaidWhileConsumersKeepTheOneTheyHave() throws Exception {
        try (var other = new DatagramSocket()) {
            configure(new Config.Lending(true, 0, 0, WanType.UNKNOWN, other.getLocalPort(), Duration.ofMinutes(10)));
            loop.settle();
            assertThat(lending.portTrouble().orElseThrow())
                    .isEqualTo("option 'listen_port': UDP port %d is in use by another program;"
                                    .formatted(other.getLocalPort())
                            + " consumers are served on 40000");
            assertThat(lending.available()).isTrue();
            assertThat(tunnels.made(TunnelName.SERVED).listenPort()).isEqualTo(40_000);
        }
    }

    @Test
    void anotherPortIsTakenAtRunTime() throws Exception {
        int free;
        try (var probe = new DatagramSocket()) {
            free = probe.getLocalPort();
        }
        configure(new Config.Lending(true, 0, 0, WanType.UNKNOWN, free, Duration.ofMinutes(10)));
        loop.settle();
        assertThat(tunnels.made(TunnelName.SERVED).listenPort()).isEqualTo(free);
    }

    private void configure(Config.Lending next) throws Exception {
        loop.call(() -> {
            lending.configure(next, EventLoop.now());
            return true;
        });
    }

    @Test
    void everyConsumerHasAddressesOfItsOwnThatAvoidWhatItUses() throws Exception {
        Grant ana = granted(request(ANA, 1, "10.0.0.0/8"));
        Grant bob = granted(request(BOB, 2, "10.0.0.0/8"));
        assertThat(ana.addresses().consumer4()).isNotEqualTo(bob.addresses().consumer4());
        assertThat(ana.addresses().consumer6()).isNotEqualTo(bob.addresses().consumer6());
        assertThat(InetNetwork.parse("10.0.0.0/8").contains(ana.addresses().consumer4()))
                .isFalse();
        assertThat(consumersServed()).hasSize(2);
    }

    @Test
    void aRenewalKeepsTheAddressesAndIsGrantedAlsoWhileTheWanIsDown() throws Exception {
        Grant first = granted(request(ANA, 1));
        loop.call(() -> {
            lending.considered(Optional.of("its WAN is down"), Duration.ZERO, EventLoop.now());
            return true;
        });
        assertThat(granted(request(ANA, 1)).addresses()).isEqualTo(first.addresses());
        assertThat(ask(request(BOB, 2))).isInstanceOf(Refusal.class);
    }

    @Test
    void addressesThatCollideNowAreExchangedAtRenewal() throws Exception {
        Grant first = granted(request(ANA, 1));
        Grant second = granted(request(ANA, 1, first.addresses().consumer4().getHostAddress() + "/32"));
        assertThat(second.addresses().consumer4())
                .isNotEqualTo(first.addresses().consumer4());
        assertThat(consumersServed()).hasSize(1);
    }

    @Test
    void theTunnelKeyOfAnotherConsumerIsRefused() throws Exception {
        granted(request(ANA, 1));
        assertThat(ask(request(BOB, 1))).isInstanceOf(Refusal.class);
        assertThat(lending.leases()).hasSize(1);
    }

    @Test
    void aTunnelThatCouldNotBeMadeLeavesNoLeaseAndTheNextRequestMakesIt() throws Exception {
        tunnels.broken(true);
        assertThat(ask(request(ANA, 1))).isInstanceOf(Refusal.class);
        assertThat(lending.leases()).isEmpty();
        tunnels.broken(false);
        granted(request(ANA, 1));
        assertThat(consumersServed()).hasSize(1);
    }

    @Test
    void aReleaseByTheHolderEndsTheLeaseAndByAnotherKeyDoesNot() throws Exception {
        granted(request(ANA, 1));
        release(ANA, 2);
        assertThat(lending.leases()).hasSize(1);
        release(ANA, 1);
        assertThat(lending.leases()).isEmpty();
        assertThat(consumersServed()).isEmpty();
    }

    @Test
    void whoLeavesTheRosterIsServedNoMore() throws Exception {
        granted(request(ANA, 1));
        granted(request(BOB, 2));
        loop.call(() -> {
            lending.trust(Set.of(BOB));
            return true;
        });
        loop.settle();
        assertThat(lending.leases()).extracting(LeaseBook.Held::consumer).containsExactly(BOB);
        assertThat(consumersServed()).hasSize(1);
    }

    @Test
    void anInterfaceThatVanishesIsMadeAgainWithItsConsumers() throws Exception {
        observe(SERVED);
        granted(request(ANA, 1));
        tunnels.remove(TunnelName.SERVED);
        observe();
        loop.call(() -> {
            lending.considered(Optional.empty(), Duration.ZERO, EventLoop.now());
            return true;
        });
        loop.settle();
        assertThat(consumersServed()).hasSize(1);
    }

    @Test
    void consumersOfAnEarlierRunStayInBoundsAlsoWhenNothingIsLentAnyMore() throws Exception {
        loop.call(() -> {
            lending.configure(config(false).lending(), EventLoop.now());
            return true;
        });
        observe(SERVED);
        assertThat(lending.filter()).isPresent();
        assertThat(lending.filter().orElseThrow().open()).isFalse();
        assertThat(lending.device()).contains(TunnelName.SERVED);
    }

    @Test
    void withoutAPacketFilterNobodyIsServed() throws Exception {
        bounded = false;
        assertThat(ask(request(ANA, 1))).isInstanceOf(Refusal.class);
        assertThat(lending.leases()).isEmpty();
        assertThat(consumersServed()).isEmpty();
        assertThat(lending.available()).isFalse();
    }

    @Test
    void whoIsNotInTheRosterIsRefused() throws Exception {
        assertThat(ask(request(new PeerId("mallory"), 3))).isInstanceOf(Refusal.class);
    }

    @Test
    void theProvidersOwnNetworksAreDenied() throws Exception {
        loop.call(() -> {
            lending.observe(
                    new NetworkSnapshot(
                            Map.of(),
                            List.of(new DeviceAddress("wan", Addresses.parse("2001:db8:1::2"), 64)),
                            List.of()),
                    Set.of("wan"));
            return true;
        });
        assertThat(lending.filter().orElseThrow().denied()).contains(InetNetwork.parse("2001:db8:1::/64"));
    }

    @Test
    void whereItIsReachedIsToldAtOnceWhenThatChanges() throws Exception {
        assertThat(published.getLast().endpoints())
                .extracting(TypedEndpoint::toString)
                .containsExactly("mesh 10.250.0.1:40000");
        at("192.0.2.7");
        assertThat(published.getLast().endpoints())
                .extracting(TypedEndpoint::toString)
                .containsExactly("mesh 10.250.0.1:40000", "v4 192.0.2.7:40000");
        assertThat(granted(request(ANA, 1)).endpoints())
                .isEqualTo(published.getLast().endpoints());
        at("192.0.2.8");
        assertThat(published.getLast().endpoints())
                .extracting(TypedEndpoint::toString)
                .contains("v4 192.0.2.8:40000")
                .doesNotContain("v4 192.0.2.7:40000");
        assertThat(lending.leases()).hasSize(1);
    }

    @Test
    void aConsumerThatAsksToBeCalledIsCalledThereWithTheLeaseThatItHas() throws Exception {
        at("192.0.2.7");
        Grant first = granted(request(ANA, 1));
        assertThat(granted(calling("v4 198.51.100.3:51820")).addresses()).isEqualTo(first.addresses());
        assertThat(tunnels.renewed())
                .extracting(peer -> peer.endpoint().orElseThrow().toString())
                .containsExactly("198.51.100.3:51820");
        // this node itself, and nowhere
        granted(calling("v4 192.0.2.7:51820"));
        granted(calling("v6 [2001:db8::9]:51820"));
        assertThat(tunnels.renewed()).hasSize(1);
    }

    @Test
    void aConsumerThatSaysWhatFitsIsGrantedThatAndReachedWithIt() throws Exception {
        at("192.0.2.7");
        granted(request(ANA, 1));
        assertThat(loop.call(lending::narrow)).isEmpty();
        Grant grant = granted(calling("v4 198.51.100.3:51820"));
        assertThat(grant.mtu()).isEqualTo(1340);
        assertThat(loop.call(lending::narrow))
                .containsOnly(
                        Map.entry(grant.addresses().consumer4(), 1340),
                        Map.entry(grant.addresses().consumer6(), 1340));
    }

    @Test
    void theSmallerOfTheTwoUnderlaysDecidesAndARenewalMaySayAnother() throws Exception {
        onMtu("192.0.2.7", 1500);
        assertThat(granted(calling("v4 198.51.100.3:51820")).mtu()).isEqualTo(1340);
        // one that says nothing has as much room as the provider's own line
        assertThat(granted(request(ANA, 1)).mtu()).isEqualTo(1420);
        assertThat(loop.call(lending::narrow)).isEmpty();
        onMtu("192.0.2.7", 1400);
        Grant grant = granted(calling("v4 198.51.100.3:51820"));
        assertThat(grant.mtu()).isEqualTo(1320);
        assertThat(loop.call(lending::narrow)).containsEntry(grant.addresses().consumer6(), 1320);
    }

    /** With room for 1340 bytes. */
    private LeaseRequest calling(String endpoint) {
        TypedEndpoint typed = TypedEndpoint.parse(endpoint).orElseThrow();
        LeaseRequest plain = request(ANA, 1);
        return new LeaseRequest(
                plain.consumer(),
                plain.provider(),
                plain.nonce(),
                plain.issuedAt(),
                plain.tunnelKey(),
                plain.endpoint(),
                plain.prefixes(),
                List.of(typed),
                Optional.of(typed.endpoint()),
                Optional.of(1340));
    }

    /** The WAN has this address, and the default route of IPv4. */
    private void at(String address) throws Exception {
        onMtu(address, 1500);
    }

    private void onMtu(String address, int mtu) throws Exception {
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

    @Test
    void nothingIsOfferedBeforeItsForwardingIsTested() throws Exception {
        assertThat(publishedBeforeTheTest).isEmpty();
        assertThat(published.getFirst().capabilities().available()).isTrue();
    }

    @Test
    void whatWasWithdrawnIsTestedAgainBeforeItIsOffered() throws Exception {
        configure(config(false).lending());
        configure(config(true).lending());
        assertThat(lending.available()).isFalse();
        assertThat(lending.settled()).isFalse();
        test();
        assertThat(lending.available()).isTrue();
        assertThat(lending.settled()).isTrue();
    }

    /** A flow that goes on by another line is not refused for the moment of a test. */
    @Test
    void anotherLineIsLentOnWhatWasFoundOfTheLastOneUntilItIsTested() throws Exception {
        loop.call(() -> {
            lending.line(Optional.of(FakeForwarding.OTHER_LINE));
            forwarding.blocks(Family.IPV4, "blocked by table inet fw4", true);
            lending.considered(Optional.empty(), Duration.ofMillis(7), EventLoop.now());
            return true;
        });
        assertThat(lending.available()).isTrue();
        test();
        assertThat(lending.available()).isFalse();
    }

    @Test
    void theConsumerOfATestIsServedForItsTimeAloneAndNeverWithTheSameKey() throws Exception {
        test();
        assertThat(forwarding.admitted()).hasSize(2).doesNotHaveDuplicates().doesNotContainNull();
        assertThat(tunnels.made(TunnelName.SERVED).peers()).isEmpty();
        assertThat(lending.filter().orElseThrow().leased())
                .containsAll(lending.filter().orElseThrow().testers());
    }

    @Test
    void aFilterThatBlocksWithdrawsTheOfferWithItsNameAndTheOfferComesBack() throws Exception {
        forwarding.blocks(Family.IPV4, "blocked by table inet fw4", true);
        test();
        assertThat(published.getLast().capabilities().available()).isFalse();
        assertThat(published.getLast().reason()).isEqualTo("blocked by table inet fw4");
        assertThat(lending.filter().orElseThrow().open()).isFalse();
        assertThat(lending.filter().orElseThrow().testers()).isNotEmpty();
        forwarding.opens();
        test();
        assertThat(published.getLast().capabilities().available()).isTrue();
    }

    @Test
    void oneTestThatFailsForNoNamedReasonWithdrawsNothing() throws Exception {
        forwarding.blocks(Family.IPV4, "no answer", false);
        for (int i = 1; i < Forwarding.PATIENCE; i++) {
            test();
            assertThat(lending.available()).isTrue();
        }
        test();
        assertThat(lending.available()).isFalse();
    }

    @Test
    void aFamilyThatIsNotForwardedIsRefusedAndTheOtherIsLent() throws Exception {
        forwarding.blocks(Family.IPV6, "IPv6 forwarding is off", true);
        test();
        assertThat(lending.available()).isTrue();
        assertThat(lending.why()).hasValue("IPv6 forwarding is off");
        assertThat(lending.filter().orElseThrow().refused()).containsExactly(Family.IPV6);
    }

    /** A loop that is woken for something that is not done spins. */
    @Test
    void afterATickTheNextOneIsLaterWhetherSomethingCanBeTestedOrNot() throws Exception {
        assertThat(wakesLater(Duration.ofMinutes(10))).isTrue();
        forwarding.switchedOff(Family.IPV4, Family.IPV6);
        assertThat(wakesLater(Duration.ofMinutes(20))).isTrue();
        assertThat(lending.why()).hasValue("off");
        loop.call(() -> {
            lending.line(Optional.empty());
            return true;
        });
        assertThat(wakesLater(Duration.ofMinutes(30))).isTrue();
    }

    private boolean wakesLater(Duration ahead) throws Exception {
        MonoTime later = EventLoop.now().plus(ahead);
        return loop.call(() -> {
            lending.tick(later);
            return later.isBefore(lending.nextWake());
        });
    }

    /** Lets the next test of the forwarding come, as a changed packet filter does. */
    private void test() throws Exception {
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

    private List<TunnelPeer> consumersServed() {
        return tunnels.made(TunnelName.SERVED).peers();
    }

    private void observe(Link... links) throws Exception {
        var byName = new TreeMap<String, Link>();
        for (Link link : links) byName.put(link.name(), link);
        loop.call(() -> {
            lending.observe(new NetworkSnapshot(byName, List.of(), List.of()), Set.of("wan"));
            return true;
        });
    }

    private Grant granted(LeaseRequest request) throws Exception {
        LeaseAnswer answer = ask(request);
        assertThat(answer).isInstanceOf(Grant.class);
        return (Grant) answer;
    }

    private LeaseAnswer ask(LeaseRequest request) throws Exception {
        var answer = new CompletableFuture<LeaseAnswer>();
        loop.loop().execute(() -> lending.requested(request, answer::complete));
        LeaseAnswer result = answer.get(5, TimeUnit.SECONDS);
        loop.settle();
        return result;
    }

    private void release(PeerId consumer, int key) throws Exception {
        loop.call(() -> {
            lending.released(new LeaseRelease(consumer, SELF, "n".repeat(22), Instant.now(), key(key)));
            return true;
        });
        loop.settle();
    }

    private static LeaseRequest request(PeerId consumer, int key, String... prefixes) {
        return new LeaseRequest(
                consumer,
                SELF,
                "n".repeat(22),
                Instant.now(),
                key(key),
                Endpoint.parse("10.250.0.3:51820"),
                List.of(prefixes).stream().map(InetNetwork::parse).toList());
    }

    private static WireGuardKey key(int n) {
        byte[] bytes = new byte[WireGuardKey.LENGTH];
        bytes[0] = (byte) n;
        return WireGuardKey.of(bytes);
    }

    private static Config config(boolean offer) {
        return new Config(
                true,
                true,
                2,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                true,
                Optional.empty(),
                List.of(),
                List.of(),
                new Config.Lending(offer, 0, 0, WanType.UNKNOWN, 0, Duration.ofMinutes(10)),
                Optional.empty(),
                new TreeMap<>());
    }
}
