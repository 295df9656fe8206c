package org.wguplink.daemon.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.nio.file.Files;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Capabilities;
import org.wguplink.core.offer.Isp;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.offer.Terms;
import org.wguplink.core.offer.WanType;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.NodeFiles;
import org.wguplink.daemon.loop.EventLoop;

/** What is offered, and when it is withdrawn. */
class LendingTest extends LendingFixture {
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
        Capabilities claimed = published.getLast().capabilities();
        assertThat(claimed).isEqualTo(new Capabilities(50, 12, WanType.LTE, true, claimed.terms()));
        assertThat(claimed.metered()).as("as lines of LTE are").isTrue();
        assertThat(granted(request(ANA, 1)).lifetime()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void theOfferClaimsWhatWasMeasuredWhereTheUserStatesNothing() throws Exception {
        int before = published.size();
        measured(34);
        assertThat(published).as("told at once").hasSize(before + 1);
        assertThat(published.getLast().capabilities().bandwidthMbps()).isEqualTo(34);
        configure(new Config.Lending(true, 50, 12, WanType.LTE, 0, Duration.ofSeconds(60)));
        measured(35);
        assertThat(published.getLast().capabilities().bandwidthMbps()).isEqualTo(50);
    }

    private void measured(int mbps) throws Exception {
        loop.call(() -> {
            lending.measured(mbps);
            lending.considered(Optional.empty(), Duration.ofMillis(7), EventLoop.now());
            return true;
        });
    }

    @Test
    void theOfferSaysWhatItCostsWhoseItIsAndHowMuchIsTaken() throws Exception {
        granted(request(ANA, 1));
        at("198.51.100.7");
        configure(lending(new Config.Line(Optional.of(false), 3, Optional.of(500L), Optional.of("Telecom"))));
        assertThat(published.getLast().capabilities().terms())
                .isEqualTo(new Terms(
                        Optional.of(false),
                        3,
                        Optional.of(500L),
                        new Isp(Set.of("telecom", "198.51.100.0/24")),
                        Optional.of(new Terms.Load(1, LeaseBook.MOST, Optional.empty()))));
    }

    @Test
    void nothingIsLentWhenTheQuotaIsUsedUp() throws Exception {
        stop();
        String month = YearMonth.now(ZoneOffset.UTC).toString();
        Files.writeString(
                new NodeFiles(temp).state().resolve("usage.json"),
                "{\"month\":\"%s\",\"bytes\":500000000}".formatted(month));
        start();
        configure(lending(new Config.Line(Optional.empty(), 0, Optional.of(501L), Optional.empty())));
        assertThat(published.getLast().capabilities().available()).isTrue();
        configure(lending(new Config.Line(Optional.empty(), 0, Optional.of(500L), Optional.empty())));
        assertThat(published.getLast().capabilities().available()).isFalse();
        assertThat(published.getLast().reason()).isEqualTo("its quota of 500 MB for this month is used up");
    }

    private static Config.Lending lending(Config.Line line) {
        return new Config.Lending(true, 0, 0, WanType.UNKNOWN, 0, Duration.ofMinutes(10), List.of(), List.of(), line);
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
}
