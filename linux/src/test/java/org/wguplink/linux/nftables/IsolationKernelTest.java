package org.wguplink.linux.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.linux.testing.NetNamespace;

/** consumer -- provider -- internet, and a LAN behind the provider: what passes, what is refused, what is dropped. */
@Tag("kernel")
class IsolationKernelTest {
    private NetNamespace consumer;
    private NetNamespace provider;
    private NetNamespace internet;
    private Nftables nftables;

    @BeforeEach
    void setUp() throws Exception {
        consumer = NetNamespace.create();
        provider = NetNamespace.create();
        internet = NetNamespace.create();
        provider.join("srv", "10.250.0.1/24", consumer, "tun", "10.250.0.2/24");
        provider.join("wan", "198.51.100.2/24", internet, "isp", "198.51.100.1/24");
        provider.join("lan", "203.0.113.1/24", internet, "host", "203.0.113.2/24");
        for (String address : List.of("192.0.2.9/32", "10.1.1.1/32")) internet.address("lo", address);
        provider.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        provider.run("ip", "route", "add", "default", "via", "198.51.100.1");
        consumer.run("ip", "route", "add", "default", "via", "10.250.0.1");
        nftables = provider.in(Nftables::new);
        nftables.apply(plan(true));
    }

    @AfterEach
    void tearDown() {
        if (nftables != null) nftables.close();
        if (consumer != null) consumer.close();
        if (provider != null) provider.close();
        if (internet != null) internet.close();
    }

    @Test
    void aConsumerReachesTheInternetBehindTheProvidersAddress() {
        // the internet has no route to 10.250.0.0/24: a reply proves the masquerade
        assertThat(ping(consumer, "192.0.2.9")).contains(" 0% packet loss");
        assertThat(ping(consumer, "10.250.0.1")).contains(" 0% packet loss");
    }

    @Test
    void aConsumerReachesNothingElse() {
        provider.run("ip", "route", "add", "10.1.1.1", "via", "198.51.100.1");
        for (String target : List.of("10.1.1.1", "203.0.113.2", "203.0.113.1", "198.51.100.1", "198.51.100.2"))
            assertThat(ping(consumer, target)).as(target).contains("Packet filtered", " 100% packet loss");
    }

    /** The resolver is at a private address, behind the WAN. */
    @Test
    void queriesToTheProviderReachItsResolverAndNobodyReachesThatOtherwise() throws Exception {
        provider.run("ip", "route", "add", "10.1.1.1", "via", "198.51.100.1");
        try (DatagramSocket resolver = internet.in(() -> new DatagramSocket(53, Addresses.parse("10.1.1.1")));
                DatagramSocket other = internet.in(() -> new DatagramSocket(54, Addresses.parse("10.1.1.1")))) {
            resolver.setSoTimeout(500);
            assertThat(arrives("10.250.0.1", 53, resolver))
                    .as("before there is one")
                    .isFalse();
            nftables.apply(resolving("10.1.1.1"));
            assertThat(arrives("10.250.0.1", 53, resolver)).isTrue();
            assertThat(arrives("10.1.1.1", 53, resolver)).as("directly").isFalse();
            other.setSoTimeout(500);
            assertThat(arrives("10.1.1.1", 54, other)).as("another port").isFalse();
        }
    }

    private boolean arrives(String address, int port, DatagramSocket at) throws Exception {
        try (DatagramSocket asks = consumer.in(() -> new DatagramSocket())) {
            asks.send(new DatagramPacket(new byte[8], 8, Addresses.parse(address), port));
            at.receive(new DatagramPacket(new byte[8], 8));
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Test
    void aSpoofedSourceIsDropped() {
        consumer.address("tun", "10.250.0.77/24");
        assertThat(ping(consumer, "192.0.2.9", "-I", "10.250.0.77"))
                .contains(" 100% packet loss")
                .doesNotContain("Packet filtered");
    }

    @Test
    void nobodyReachesAConsumer() {
        internet.run("ip", "route", "add", "10.250.0.0/24", "via", "198.51.100.2");
        assertThat(ping(internet, "10.250.0.2")).contains(" 100% packet loss");
    }

    @Test
    void whatComesForAConsumerWhoseInterfaceIsGoneDoesNotGoBackToTheInternet() throws Exception {
        internet.run(
                "nft",
                "add table inet t; add chain inet t p { type filter hook prerouting priority 0; };"
                        + "add rule inet t p ip daddr 10.250.0.2 counter");
        var server = Addresses.parse("192.0.2.9");
        try (DatagramSocket asks = consumer.in(() -> new DatagramSocket(4000));
                DatagramSocket answers = internet.in(() -> new DatagramSocket(9000, server))) {
            var packet = new DatagramPacket(new byte[8], 8);
            asks.send(new DatagramPacket(new byte[8], 8, server, 9000));
            answers.setSoTimeout(2000);
            answers.receive(packet);
            provider.run("ip", "link", "del", "srv");
            answers.send(packet);
        }
        // it would have come round before this
        assertThat(ping(internet, "198.51.100.2")).contains(" 0% packet loss");
        assertThat(internet.run("nft", "list", "table", "inet", "t")).contains("counter packets 0 ");
    }

    @Test
    void whileClosedConsumersAreRefusedAtOnce() throws Exception {
        nftables.apply(plan(false));
        assertThat(ping(consumer, "192.0.2.9")).contains("Packet filtered");
        nftables.apply(plan(true));
        assertThat(ping(consumer, "192.0.2.9")).contains(" 0% packet loss");
    }

    /** The provider's side as a consumer of its own: packets leave an uplink with a leased address or not at all. */
    @Test
    void onlyLeasedAddressesLeaveByAnUplink() throws Exception {
        nftables.apply(uplink("198.51.100.2"));
        assertThat(ping(consumer, "192.0.2.9")).contains(" 0% packet loss");
        nftables.apply(uplink("198.51.100.3"));
        assertThat(ping(provider, "192.0.2.9")).contains(" 100% packet loss");
        assertThat(ping(provider, "203.0.113.2")).contains(" 0% packet loss");
    }

    private static FirewallPlan uplink(String leased) {
        return new FirewallPlan(
                List.of(new FirewallPlan.Path(2, "wan", true, Set.of(Addresses.parse(leased)))), Optional.empty());
    }

    private static FirewallPlan resolving(String resolver) {
        FirewallPlan.Served served = plan(true).served().orElseThrow();
        return new FirewallPlan(
                plan(true).paths(),
                Optional.of(new FirewallPlan.Served(
                        served.device(),
                        served.leased(),
                        served.own(),
                        served.wans(),
                        true,
                        served.denied(),
                        Set.of(),
                        Set.of(Addresses.parse(resolver)),
                        Set.of())));
    }

    private static FirewallPlan plan(boolean open) {
        return new FirewallPlan(
                List.of(new FirewallPlan.Path(1, "wan", false, Set.of())),
                Optional.of(new FirewallPlan.Served(
                        "srv",
                        Set.of(Addresses.parse("10.250.0.2")),
                        Set.of(Addresses.parse("10.250.0.1")),
                        Set.of("wan"),
                        open,
                        Set.of(InetNetwork.parse("198.51.100.0/24")))));
    }

    private static String ping(NetNamespace from, String target, String... options) {
        String command = "ping -n -c 1 -W 1 " + String.join(" ", options) + " " + target;
        return from.output(command.replaceAll(" +", " ").split(" ", -1));
    }
}
