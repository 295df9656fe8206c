package org.wguplink.linux.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
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
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.route.Layout;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.core.tunnel.TunnelInterface;
import org.wguplink.core.tunnel.TunnelPeer;
import org.wguplink.linux.nftables.Nftables;
import org.wguplink.linux.testing.NetNamespace;
import org.wguplink.linux.testing.TunnelReaper;
import org.wguplink.linux.wireguard.LinuxTunnels;
import org.wguplink.linux.wireguard.WireGuardKeys;

/** A provider with its served interface and our packet filter, one hop from the internet, which has a web server. */
final class ServedLine implements AutoCloseable {
    private static final int PORT = 51997;
    private static final WireGuardSecret SERVED = WireGuardKeys.generate();
    private static final WireGuardSecret TESTER = WireGuardKeys.generate();
    private static final Set<InetAddress> SOURCES = addresses("10.200.0.254", "fd99::fffe");
    private static final List<InetAddress> TARGETS =
            List.of(Addresses.parse("192.0.2.9"), Addresses.parse("2001:db8:9::9"));

    private final TunnelReaper reaper = new TunnelReaper();
    private final String device = reaper.name("srv");
    private final String test = reaper.name("tst");
    private final NetNamespace provider = NetNamespace.create();
    private final NetNamespace internet = NetNamespace.create();
    private final ServerSocket web;
    private final LinuxTunnels tunnels;
    private final Nftables nftables;

    /** Skips the test where there is no WireGuard. */
    static ServedLine build() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/wireguard-go")), "needs wireguard-go");
        return new ServedLine();
    }

    private ServedLine() throws Exception {
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
                        Set.of(),
                        SOURCES))));
    }

    /** Has the check run. Returns what blocks a family, as the user reads it. */
    Map<Family, String> check() {
        var service = new ForwardingCheck.Service(device, WireGuardKeys.publicKey(SERVED), PORT, "wan");
        Map<Family, Blocker> blocked =
                provider.in(() -> new ForwardingCheck(nftables, tunnels, service, SOURCES, TARGETS).run(test, TESTER));
        assertThat(provider.run("nft", "list", "tables")).doesNotContain("wguplink_trace");
        assertThat(provider.run("ip", "link")).doesNotContain(test);
        return blocked.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toString()));
    }

    NetNamespace provider() {
        return provider;
    }

    NetNamespace internet() {
        return internet;
    }

    /** The served interface. */
    String device() {
        return device;
    }

    @Override
    public void close() throws TunnelException, IOException {
        tunnels.remove(device);
        tunnels.close();
        nftables.close();
        web.close();
        provider.close();
        internet.close();
        reaper.close();
    }

    private static Set<InetAddress> addresses(String... texts) {
        return Stream.of(texts).map(Addresses::parse).collect(Collectors.toSet());
    }
}
