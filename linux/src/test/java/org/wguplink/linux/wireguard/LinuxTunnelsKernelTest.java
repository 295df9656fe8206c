package org.wguplink.linux.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.route.Layout;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.core.tunnel.TunnelInterface;
import org.wguplink.core.tunnel.TunnelPeer;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.linux.testing.NetNamespace;
import org.wguplink.linux.testing.TunnelReaper;

@Tag("kernel")
class LinuxTunnelsKernelTest {
    private static final WireGuardSecret HERE = WireGuardKeys.generate();
    private static final WireGuardSecret THERE = WireGuardKeys.generate();
    private static final WireGuardKey HERE_PUBLIC = WireGuardKeys.publicKey(HERE);
    private static final WireGuardKey THERE_PUBLIC = WireGuardKeys.publicKey(THERE);
    private static final int PORT = 51999;

    private static TunnelReaper reaper;
    private NetNamespace here;
    private NetNamespace there;
    private LinuxTunnels tunnels;
    private LinuxTunnels farTunnels;

    @BeforeAll
    static void startReaper() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/wireguard-go")), "needs wireguard-go");
        reaper = new TunnelReaper();
    }

    @AfterAll
    static void stopReaper() {
        if (reaper != null) reaper.close();
    }

    @BeforeEach
    void setUp() {
        here = NetNamespace.create();
        there = NetNamespace.create();
        here.join("wan", "198.51.100.2/24", there, "isp", "198.51.100.1/24");
        tunnels = here.in(LinuxTunnels::new);
        farTunnels = there.in(LinuxTunnels::new);
    }

    @AfterEach
    void tearDown() throws Exception {
        if (tunnels != null) {
            tunnels.remove(reaper.name("a"));
            tunnels.close();
        }
        if (farTunnels != null) {
            farTunnels.remove(reaper.name("b"));
            farTunnels.close();
        }
        if (here != null) here.close();
        if (there != null) there.close();
    }

    @Test
    void carriesPacketsAndIsAdoptedWithItsSession() throws Exception {
        apply(farTunnels, there, far());
        TunnelStatus created = apply(tunnels, here, near(THERE_PUBLIC));
        assertThat(created.listenPort()).isPositive();
        here.run("ping", "-c", "1", "-W", "3", "10.99.0.1");
        here.run("ping", "-c", "1", "-W", "3", "fd00:99::1");
        Instant handshake = handshake(tunnels);
        tunnels.close();

        tunnels = here.in(LinuxTunnels::new);
        TunnelStatus adopted = apply(tunnels, here, near(THERE_PUBLIC));

        assertThat(adopted.listenPort()).isEqualTo(created.listenPort());
        assertThat(handshake(tunnels)).isEqualTo(handshake);
        here.run("ping", "-c", "1", "-W", "3", "10.99.0.1");
        assertThat(handshake(tunnels)).as("no new handshake").isEqualTo(handshake);
        assertThat(tunnels.names(reaper.name(""))).containsExactly(reaper.name("a"));
        assertThat(here.run("wg", "show", reaper.name("a"), "fwmark").strip()).isEqualTo("0x3f000000");
    }

    @Test
    void itRunsAheadOfOthersAndWhoStartsItDoesNot() throws Exception {
        apply(tunnels, here, near(THERE_PUBLIC));
        ProcessHandle process = ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").endsWith("wireguard-go " + reaper.name("a")))
                .findFirst()
                .orElseThrow();
        assertThat(nice("/proc/%d/stat".formatted(process.pid()))).isEqualTo(-5);
        assertThat(here.in(() -> nice("/proc/thread-self/stat"))).isZero();
    }

    /** The 19th field (proc(5)), the 17th after the name, which may hold anything. */
    private static int nice(String stat) throws IOException {
        String text = Files.readString(Path.of(stat));
        return Integer.parseInt(text.substring(text.lastIndexOf(')') + 2).split(" ", 18)[16]);
    }

    @Test
    void changesOnlyWhatDiffers() throws Exception {
        apply(farTunnels, there, far());
        apply(tunnels, here, near(THERE_PUBLIC));
        here.run("ping", "-c", "1", "-W", "3", "10.99.0.1");
        Instant handshake = handshake(tunnels);
        WireGuardKey second = WireGuardKeys.publicKey(WireGuardKeys.generate());

        apply(tunnels, here, near(THERE_PUBLIC, second));
        assertThat(tunnels.read(reaper.name("a")).orElseThrow().peers()).containsOnlyKeys(THERE_PUBLIC, second);
        apply(tunnels, here, near(THERE_PUBLIC));
        assertThat(tunnels.read(reaper.name("a")).orElseThrow().peers()).containsOnlyKeys(THERE_PUBLIC);
        assertThat(handshake(tunnels)).isEqualTo(handshake);
    }

    /** WireGuard itself would repeat its initiation only after 5 s. */
    @Test
    void aRenewedPeerIsCalledAtItsNewEndpointAtOnce() throws Exception {
        apply(farTunnels, there, far());
        here.run(
                "nft",
                "table inet t { chain out { type filter hook output priority 0; udp dport %d drop; }; }"
                        .formatted(PORT));
        apply(tunnels, here, near(THERE_PUBLIC));
        here.run("nft", "delete table inet t");
        there.run("ip", "address", "add", "198.51.100.9/24", "dev", "isp");
        TunnelPeer known = near(THERE_PUBLIC).peers().getFirst();
        var elsewhere = new TunnelPeer(
                known.publicKey(),
                Optional.of(Endpoint.parse("198.51.100.9:" + PORT)),
                known.allowedIps(),
                known.keepalive());
        long began = System.nanoTime();
        tunnels.renew(reaper.name("a"), elsewhere);
        await(() -> peer().latestHandshake().isPresent());
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
        assertThat(peer().rxBytes()).isPositive();
        assertThat(tunnels.read(reaper.name("none"))).isEmpty();
        tunnels.renew(reaper.name("none"), elsewhere);
    }

    /** The far end hears of it although nobody has anything to say, and the session stays. */
    @Test
    void whoMovesTellsThePeersWithTheSessionKept() throws Exception {
        apply(farTunnels, there, far());
        apply(tunnels, here, near(THERE_PUBLIC));
        here.run("ping", "-c", "1", "-W", "3", "10.99.0.1");
        Instant handshake = handshake(tunnels);
        here.run("ip", "address", "add", "198.51.100.77/24", "dev", "wan");
        here.run("ip", "address", "del", "198.51.100.2/24", "dev", "wan");
        here.run("ip", "address", "replace", "198.51.100.77/24", "dev", "wan");
        tunnels.moved(reaper.name("a"));
        await(() -> farTunnels.read(reaper.name("b")).orElseThrow().peers().values().stream()
                .anyMatch(p -> p.endpoint()
                        .filter(e -> e.host().equals("198.51.100.77"))
                        .isPresent()));
        assertThat(handshake(tunnels)).isEqualTo(handshake);
        here.run("ping", "-c", "1", "-W", "3", "10.99.0.1");
    }

    @Test
    void setsAddressesAndMtu() throws Exception {
        TunnelInterface desired = near(THERE_PUBLIC);
        apply(tunnels, here, desired);
        String name = desired.name();
        here.run("ip", "address", "add", "10.77.0.1/32", "dev", name);
        apply(tunnels, here, desired);
        assertThat(here.run("ip", "-o", "address", "show", "dev", name, "scope", "global"))
                .contains("10.99.0.2/32", "fd00:99::2/128")
                .doesNotContain("10.77", "tentative");
        assertThat(here.run("ip", "link", "show", name)).contains("mtu 1412", "UP");
    }

    @Test
    void removesTheInterfaceTheProcessAndTheSocket() throws Exception {
        apply(tunnels, here, near(THERE_PUBLIC));
        String name = reaper.name("a");
        assertThat(processesOf(name)).isEqualTo(1);
        tunnels.remove(name);
        assertThat(tunnels.read(name)).isEmpty();
        assertThat(processesOf(name)).isZero();
        assertThat(socket(name)).doesNotExist();
        tunnels.remove(name);
    }

    @Test
    void makesItsWayPastTheSocketOfAKilledProcess() throws Exception {
        String name = reaper.name("a");
        Files.createDirectories(socket(name).getParent());
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket(name)));
        }
        assertThat(socket(name)).exists();
        apply(tunnels, here, near(THERE_PUBLIC));
        assertThat(tunnels.read(name)).isPresent();
    }

    @Test
    void leavesAnotherNamespacesTunnelAlone() throws Exception {
        apply(tunnels, here, near(THERE_PUBLIC));
        assertThatThrownBy(() -> apply(farTunnels, there, near(THERE_PUBLIC)))
                .isInstanceOf(TunnelException.class)
                .hasMessageContaining("another network namespace");
        farTunnels.remove(reaper.name("a"));
        assertThat(tunnels.read(reaper.name("a"))).isPresent();
    }

    @Test
    void doesNotTakeAnInterfaceOfAnotherKind() throws Exception {
        here.run("ip", "link", "add", reaper.name("a"), "type", "veth", "peer", "name", "other");
        assertThatThrownBy(() -> apply(tunnels, here, near(THERE_PUBLIC)))
                .isInstanceOf(TunnelException.class)
                .hasMessage(reaper.name("a") + " exists, but WireGuard does not know it");
        assertThat(tunnels.names(reaper.name(""))).isEmpty();
    }

    /** The process is in a session of its own: neither a signal to our group nor our end reaches it. */
    @Test
    void theProcessIsApartFromOurs() throws Exception {
        apply(tunnels, here, near(THERE_PUBLIC));
        ProcessHandle process = process(reaper.name("a")).orElseThrow();
        assertThat(session(process.pid()))
                .isNotEqualTo(session(ProcessHandle.current().pid()));
        assertThat(process.parent().map(ProcessHandle::pid))
                .isNotEqualTo(Optional.of(ProcessHandle.current().pid()));
        for (int fd = 0; fd < 3; fd++)
            assertThat(Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/fd/" + fd)))
                    .hasToString("/dev/null");
    }

    private TunnelInterface near(WireGuardKey... peers) {
        List<TunnelPeer> list = Arrays.stream(peers)
                .map(key -> new TunnelPeer(
                        key,
                        Optional.of(Endpoint.parse("198.51.100.1:" + PORT)),
                        key.equals(THERE_PUBLIC)
                                ? Set.of(InetNetwork.parse("0.0.0.0/0"), InetNetwork.parse("::/0"))
                                : Set.of(),
                        Duration.ofSeconds(25)))
                .toList();
        return tunnel(reaper.name("a"), HERE, 0, "10.99.0.2", "fd00:99::2", list);
    }

    private static TunnelInterface far() {
        var peer = new TunnelPeer(
                HERE_PUBLIC,
                Optional.empty(),
                Set.of(InetNetwork.parse("10.99.0.2/32"), InetNetwork.parse("fd00:99::2/128")),
                Duration.ZERO);
        return tunnel(reaper.name("b"), THERE, PORT, "10.99.0.1", "fd00:99::1", List.of(peer));
    }

    private static TunnelInterface tunnel(
            String name, WireGuardSecret key, int port, String v4, String v6, List<TunnelPeer> peers) {
        Set<DeviceAddress> addresses = Set.of(
                new DeviceAddress(name, Addresses.parse(v4), 32), new DeviceAddress(name, Addresses.parse(v6), 128));
        return new TunnelInterface(name, key, port, Layout.OUTER, 1412, addresses, peers);
    }

    /** Then routes to the other end, which are not the tunnels' matter. */
    private static TunnelStatus apply(LinuxTunnels tunnels, NetNamespace namespace, TunnelInterface desired)
            throws TunnelException {
        try {
            TunnelStatus status = namespace.in(() -> tunnels.apply(desired));
            namespace.run("ip", "route", "replace", "10.99.0.0/24", "dev", desired.name());
            namespace.run("ip", "route", "replace", "fd00:99::/64", "dev", desired.name());
            return status;
        } catch (AssertionError e) {
            if (e.getCause() instanceof TunnelException refused) throw refused;
            throw e;
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        for (int i = 0; i < 500 && !condition.holds(); i++) Thread.sleep(20);
        assertThat(condition.holds()).isTrue();
    }

    private TunnelStatus.Peer peer() throws TunnelException {
        return Optional.ofNullable(
                        tunnels.read(reaper.name("a")).orElseThrow().peers().get(THERE_PUBLIC))
                .orElseThrow();
    }

    private static Instant handshake(LinuxTunnels tunnels) throws TunnelException {
        var peers = tunnels.read(reaper.name("a")).orElseThrow().peers();
        return Optional.ofNullable(peers.get(THERE_PUBLIC))
                .flatMap(TunnelStatus.Peer::latestHandshake)
                .orElseThrow();
    }

    private static Path socket(String name) {
        return Path.of("/var/run/wireguard", name + ".sock");
    }

    private static long processesOf(String name) {
        return process(name).stream().count();
    }

    private static Optional<ProcessHandle> process(String name) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").endsWith("wireguard-go " + name))
                .findFirst();
    }

    /** The sixth field of /proc/PID/stat; the second may hold spaces. */
    private static String session(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3];
    }
}
