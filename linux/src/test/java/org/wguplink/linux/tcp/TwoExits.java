package org.wguplink.linux.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.flow.TcpFlow;
import org.wguplink.core.flow.Tuple;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.DataPlane;
import org.wguplink.core.route.Layout;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.route.PathUse;
import org.wguplink.linux.conntrack.Conntrack;
import org.wguplink.linux.netlink.NetlinkRouter;
import org.wguplink.linux.nftables.Nftables;
import org.wguplink.linux.testing.NetNamespace;

/** host -- router, and the internet behind the router's wan and behind its uplink; routes and filter are our own. */
final class TwoExits implements AutoCloseable {
    static final int WAN = 1;
    static final int UPLINK = 2;
    static final String SERVER4 = "192.0.2.9";
    static final String SERVER6 = "2001:db8:99::9";
    static final String WAN4 = "198.51.100.2";
    static final String WAN6 = "2001:db8:1::2";

    private static final int PATIENCE_MS = 10_000;

    final NetNamespace host = NetNamespace.create();
    final NetNamespace router = NetNamespace.create();
    final NetNamespace internet = NetNamespace.create();
    final Conntrack conntrack;
    private final Nftables nftables;
    private final NetlinkRouter routes;
    private final Tickler tickler;

    TwoExits() throws Exception {
        router.join("lan", "10.1.1.1/24", host, "lan", "10.1.1.2/24");
        router.join("wan", WAN4 + "/24", internet, "wan", "198.51.100.1/24");
        router.join("tun", "10.9.0.2/24", internet, "tun", "10.9.0.1/24");
        router.address("lan", "fd01::1/64");
        router.address("wan", WAN6 + "/64");
        router.address("tun", "fd09::2/64");
        host.address("lan", "fd01::2/64");
        internet.address("wan", "2001:db8:1::1/64");
        internet.address("tun", "fd09::1/64");
        // a router answers no neighbour without an address of the link
        for (String device : List.of("wan", "tun")) {
            router.address(device, "fe80::2/64");
            internet.address(device, "fe80::1/64");
        }
        internet.address("lo", SERVER4 + "/32");
        internet.address("lo", SERVER6 + "/128");
        for (NetNamespace each : List.of(host, router, internet))
            each.run("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0");
        router.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        host.run("ip", "route", "add", "default", "via", "10.1.1.1");
        host.run("ip", "-6", "route", "add", "default", "via", "fd01::1");
        router.run("ip", "route", "add", "default", "via", "198.51.100.1");
        router.run("ip", "-6", "route", "add", "default", "via", "2001:db8:1::1");
        router.run(
                "nft",
                "table inet users { chain post { type nat hook postrouting priority srcnat;"
                        + " oifname \"wan\" masquerade; }; }");
        // nobody there answers a segment of a connection that is not known
        internet.run(
                "nft",
                "table inet silent { chain in { type filter hook input priority 0;"
                        + " ct state new tcp flags & syn == 0 drop; ct state invalid drop; }; }");
        conntrack = router.in(Conntrack::new);
        nftables = router.in(Nftables::new);
        routes = router.in(NetlinkRouter::new);
        tickler = router.in(() -> new Tickler(Layout.TICKLE));
        newFlowsBy(WAN);
        filter();
    }

    void newFlowsBy(int active) throws Exception {
        routes.apply(DataPlane.plan(
                List.of(
                        PathRoute.own(WAN, "wan", gateways("198.51.100.1", "2001:db8:1::1"), Set.of()),
                        PathRoute.uplink(UPLINK, "tun", gateways("10.9.0.1", "fd09::1"), Optional.empty())),
                new PathUse(
                        Optional.of(active),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of(Family.IPV4, "wan", Family.IPV6, "wan"),
                        Map.of(),
                        Set.of())));
    }

    /** Makes the table anew, whatever it is. */
    void filter() throws Exception {
        nftables.remove();
        nftables.apply(new FirewallPlan(
                List.of(
                        new FirewallPlan.Path(WAN, "wan", false, Set.of()),
                        new FirewallPlan.Path(
                                UPLINK, "tun", true, Set.of(Addresses.parse("10.9.0.2"), Addresses.parse("fd09::2")))),
                Optional.empty()));
    }

    void moved() throws Exception {
        nftables.moved(Set.of("wan"), Duration.ofMinutes(1));
    }

    /** The device swallows everything, both ways. */
    void swallow(String device) {
        internet.run(
                "nft",
                "table netdev dead { chain in { type filter hook ingress device %s priority 0; policy drop; }; }"
                        .formatted(device));
    }

    List<TcpFlow> flowsOf(int path) throws Exception {
        return conntrack.tcpFlows(Layout.mark(path), 100);
    }

    /** As the daemon does when a path dies: the list, the route, the entries, the ends. */
    void die(int path, int next) throws Exception {
        List<TcpFlow> flows = flowsOf(path);
        newFlowsBy(next);
        conntrack.deleteByMark(Layout.mark(path), Family.BOTH);
        for (var tickle : TcpFlow.tickles(flows)) tickler.send(tickle);
    }

    boolean tickle(Tuple tuple) throws Exception {
        return tickler.send(tuple);
    }

    ServerSocket listen(NetNamespace at, String address, int port) {
        return at.in(() -> {
            var server = new ServerSocket(port, 10, InetAddress.ofLiteral(address));
            server.setSoTimeout(PATIENCE_MS);
            return server;
        });
    }

    Socket connect(NetNamespace from, String address, int port) {
        return connect(from, new InetSocketAddress(0), address, port);
    }

    Socket connect(NetNamespace from, InetSocketAddress source, String address, int port) {
        return from.in(() -> {
            var socket = new Socket();
            if (!source.getAddress().isAnyLocalAddress()) socket.bind(source);
            socket.setSoTimeout(PATIENCE_MS);
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), PATIENCE_MS);
            return socket;
        });
    }

    /** The other end of a connection to {@code server}. */
    static Socket accept(ServerSocket server) throws IOException {
        Socket served = server.accept();
        served.setSoTimeout(PATIENCE_MS);
        return served;
    }

    /** How a connection that waits for the other end's word comes to its end. */
    static String endOf(Socket socket) {
        try {
            int read = socket.getInputStream().read();
            return "read " + read;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Whether what one end says reaches the other. */
    static boolean carries(Socket from, Socket to) throws IOException {
        from.getOutputStream().write(42);
        return to.getInputStream().read() == 42;
    }

    @Override
    public void close() {
        for (AutoCloseable each : List.of(tickler, routes, nftables, conntrack, host, router, internet)) {
            try {
                each.close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private static Map<Family, Optional<InetAddress>> gateways(String v4, String v6) {
        return Map.of(Family.IPV4, Optional.of(Addresses.parse(v4)), Family.IPV6, Optional.of(Addresses.parse(v6)));
    }
}
