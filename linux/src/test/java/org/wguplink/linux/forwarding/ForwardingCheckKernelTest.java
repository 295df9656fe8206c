package org.wguplink.linux.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.route.Layout;
import org.wguplink.core.tunnel.TunnelInterface;
import org.wguplink.core.tunnel.TunnelPeer;
import org.wguplink.linux.nftables.Nftables;
import org.wguplink.linux.testing.NetNamespace;
import org.wguplink.linux.testing.TunnelReaper;
import org.wguplink.linux.wireguard.LinuxTunnels;
import org.wguplink.linux.wireguard.WireGuardKeys;

/** A provider with its served interface, one hop from the internet, and the firewalls that people have. */
@Tag("kernel")
class ForwardingCheckKernelTest {
    private static final int PORT = 51997;
    private static final WireGuardSecret SERVED = WireGuardKeys.generate();
    private static final WireGuardSecret TESTER = WireGuardKeys.generate();
    private static final Set<InetAddress> SOURCES = addresses("10.200.0.254", "fd99::fffe");
    private static final List<InetAddress> TARGETS =
            List.of(Addresses.parse("192.0.2.9"), Addresses.parse("2001:db8:9::9"));

    private static TunnelReaper reaper;
    private static NetNamespace provider;
    private static NetNamespace internet;
    private static ServerSocket web;
    private static LinuxTunnels tunnels;
    private static Nftables nftables;
    private static String device;
    private static String test;

    @BeforeAll
    static void setUp() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/wireguard-go")), "needs wireguard-go");
        reaper = new TunnelReaper();
        device = reaper.name("srv");
        test = reaper.name("tst");
        provider = NetNamespace.create();
        internet = NetNamespace.create();
        provider.join("wan", "198.51.100.2/24", internet, "isp", "198.51.100.1/24");
        provider.address("wan", "2001:db8:1::2/64");
        internet.address("isp", "2001:db8:1::1/64");
        // neighbours are looked for from it
        provider.address("wan", "fe80::2/64");
        internet.address("isp", "fe80::1/64");
        internet.address("lo", "192.0.2.9/32");
        internet.address("lo", "2001:db8:9::9/128");
        web = internet.in(() -> new ServerSocket(443));
        provider.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        provider.run("ip", "route", "add", "default", "via", "198.51.100.1");
        provider.run("ip", "route", "add", "default", "via", "2001:db8:1::1");
        tunnels = provider.in(LinuxTunnels::new);
        provider.inside(() -> tunnels.apply(new TunnelInterface(
                device,
                SERVED,
                PORT,
                Layout.OUTER,
                1420,
                Set.of(
                        new DeviceAddress(device, Addresses.parse("10.200.0.1"), 24),
                        new DeviceAddress(device, Addresses.parse("fd99::1"), 64)),
                List.of(new TunnelPeer(
                        WireGuardKeys.publicKey(TESTER),
                        Optional.empty(),
                        SOURCES.stream().map(InetNetwork::host).collect(Collectors.toSet()),
                        Duration.ZERO)))));
        nftables = provider.in(Nftables::new);
        nftables.apply(new FirewallPlan(
                List.of(new FirewallPlan.Path(1, "wan", false, Set.of())),
                Optional.of(new FirewallPlan.Served(
                        device,
                        SOURCES,
                        addresses("10.200.0.1", "fd99::1"),
                        Set.of("wan"),
                        true,
                        Set.of(),
                        Set.of(),
                        SOURCES))));
    }

    @AfterAll
    static void tearDown() throws Exception {
        if (reaper == null) return;
        if (tunnels != null) {
            tunnels.remove(device);
            tunnels.close();
        }
        if (nftables != null) nftables.close();
        if (web != null) web.close();
        if (provider != null) provider.close();
        if (internet != null) internet.close();
        reaper.close();
    }

    @Test
    void bothFamiliesGetThroughWhereNothingBlocksThem() {
        assertThat(check()).isEmpty();
    }

    /** The interface of the test takes in what comes back, and this node forwards: it would come round 64 times. */
    @Test
    void whatHasComeBackIsForwardedNoFurther() {
        provider.run(
                "nft",
                "table inet count { chain through { type filter hook forward priority 100; oifname \"%s\" counter; }; }"
                        .formatted(device));
        try {
            assertThat(check()).isEmpty();
            String counted = provider.run("nft", "list", "table", "inet", "count");
            int packets = Integer.parseInt(counted.replaceAll("(?s).*packets (\\d+) .*", "$1"));
            // a target a family answers once, perhaps to an echo and to a connection, and perhaps late
            assertThat(packets).isBetween(2, 16);
        } finally {
            provider.output("nft", "delete table inet count");
        }
    }

    @Test
    void theTableChainAndPolicyOfAnOpenWrtFirewallAreNamed() {
        Map<Family, String> blocked = checkWith("""
                table inet fw4 {
                    chain forward {
                        type filter hook forward priority filter; policy drop;
                        ct state established,related accept
                        iifname "br-lan" jump forward_lan
                    }
                    chain forward_lan { oifname "wan" accept
                    }
                }
                """);
        assertThat(blocked.keySet()).containsExactlyInAnyOrder(Family.IPV4, Family.IPV6);
        assertThat(blocked.get(Family.IPV4)).contains("table inet fw4", "chain forward (policy drop)", "zone");
    }

    /** Every forwarded echo passes ufw, and no connection. */
    @Test
    void aFirewallThatLetsEchoesPassIsFoundByItsConnections() {
        Map<Family, String> blocked = checkWith("""
                table ip filter {
                    chain FORWARD {
                        type filter hook forward priority filter; policy drop;
                        jump ufw-before-forward
                    }
                    chain ufw-before-forward {
                        ct state established,related accept
                        icmp type echo-request accept
                    }
                }
                """);
        assertThat(blocked.keySet()).containsExactly(Family.IPV4);
        assertThat(blocked.get(Family.IPV4)).contains("table ip filter", "chain FORWARD (policy drop)", "iptables");
    }

    /** A reset seems to come from the server: OpenWrt's and ufw's default for what is not allowed. */
    @Test
    void aFilterThatAnswersInTheServersNameIsFound() {
        Map<Family, String> blocked = checkWith("""
                table inet fw4 {
                    chain forward {
                        type filter hook forward priority filter; policy drop;
                        ct state established,related accept
                        jump handle_reject
                    }
                    chain handle_reject { meta l4proto tcp reject with tcp reset
                        reject with icmpx port-unreachable
                    }
                }
                """);
        assertThat(blocked.keySet()).containsExactlyInAnyOrder(Family.IPV4, Family.IPV6);
        assertThat(blocked.get(Family.IPV4)).contains("table inet fw4", "chain handle_reject", "zone");
    }

    @Test
    void aServerThatRefusesIsNoFilter() {
        internet.run(
                "nft",
                "table inet refusing { chain in { type filter hook input priority 0;"
                        + " tcp dport 443 reject with tcp reset; }; }");
        try {
            assertThat(check()).isEmpty();
        } finally {
            internet.run("nft", "delete table inet refusing");
        }
    }

    @Test
    void aRuleThatRefusesIsQuoted() {
        Map<Family, String> blocked = checkWith("""
                table inet mine {
                    chain through {
                        type filter hook forward priority filter + 5; policy accept;
                        oifname "wan" meta l4proto tcp counter packets 0 bytes 0 reject with icmpx admin-prohibited
                    }
                }
                """);
        assertThat(blocked.get(Family.IPV6))
                .contains("table inet mine", "chain through", "rule 'oifname \"wan\"", "reject with icmpx");
    }

    /** The answer is what is dropped here. */
    @Test
    void aFilterOfTheRepliesIsFoundToo() {
        Map<Family, String> blocked = checkWith("""
                table inet mine {
                    chain through {
                        type filter hook forward priority filter; policy drop;
                        oifname "wan" accept
                    }
                }
                """);
        assertThat(blocked.get(Family.IPV4)).contains("table inet mine", "chain through (policy drop)");
    }

    @Test
    void hostsThatAnswerEchoesAndNoConnectionAreNoSignOfAFilter() {
        internet.run("nft", "table inet mute { chain in { type filter hook input priority 0; tcp dport 443 drop; }; }");
        try {
            assertThat(check()).isEmpty();
        } finally {
            internet.run("nft", "delete table inet mute");
        }
    }

    @Test
    void whatNoRuleDropsIsSaidToBeOutside() {
        internet.run(
                "nft",
                "table inet mute { chain in { type filter hook input priority 0; meta l4proto tcp drop;"
                        + " icmp type echo-request drop; icmpv6 type echo-request drop; }; }");
        try {
            assertThat(check().get(Family.IPV4)).contains("packets leave by wan and no answer comes back");
        } finally {
            internet.run("nft", "delete table inet mute");
        }
    }

    @Test
    void anInterfaceThatDoesNotAnswerIsNamed() {
        Map<Family, String> blocked =
                checkWith("table inet mine { chain in { type filter hook input priority 0; udp dport 51997 drop; }; }");
        assertThat(blocked.get(Family.IPV4)).contains(device, "UDP port 51997");
    }

    private Map<Family, String> checkWith(String rules) {
        provider.run("nft", rules);
        try {
            return check();
        } finally {
            for (String table : List.of("inet fw4", "inet mine", "ip filter"))
                provider.output("nft", "delete table " + table);
        }
    }

    private Map<Family, String> check() {
        var service = new ForwardingCheck.Service(device, WireGuardKeys.publicKey(SERVED), PORT, "wan");
        Map<Family, Blocker> blocked =
                provider.in(() -> new ForwardingCheck(nftables, tunnels, service, SOURCES, TARGETS).run(test, TESTER));
        assertThat(provider.run("nft", "list", "tables")).doesNotContain("wguplink_trace");
        assertThat(provider.run("ip", "link")).doesNotContain(test);
        return blocked.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toString()));
    }

    private static Set<InetAddress> addresses(String... texts) {
        return Stream.of(texts).map(Addresses::parse).collect(Collectors.toSet());
    }
}
