package org.wguplink.linux.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.Layout;
import org.wguplink.linux.loop.Poller;

/** What a router says of requests that it does not pass on. */
@Tag("kernel")
class IcmpRefusalKernelTest extends LineToIsp {
    private static final InetAddress BEHIND4 = Addresses.parse("203.0.113.9");
    private static final InetAddress BEHIND6 = Addresses.parse("2001:db8:9::9");

    @BeforeEach
    void routeFurther() {
        here.run("ip", "route", "add", "default", "via", "198.51.100.1");
        here.run("ip", "-6", "route", "add", "default", "via", "2001:db8:1::1");
        there.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        there.run("ip", "link", "add", "out", "type", "veth", "peer", "name", "end");
        there.run("ip", "link", "set", "out", "up");
        there.run("ip", "link", "set", "end", "up");
        there.run("ip", "route", "add", "203.0.113.0/24", "dev", "out");
        there.run("ip", "-6", "route", "add", "2001:db8:9::/64", "dev", "out");
    }

    @Test
    void aRouterThatMayPassItNoFurtherSaysSo() throws Exception {
        try (var v4 = open(Family.IPV4);
                var v6 = open(Family.IPV6)) {
            v4.hops(1);
            v6.hops(1);
            assertThat(v4.send(BEHIND4, 3)).isTrue();
            assertThat(v6.send(BEHIND6, 4)).isTrue();
            assertThat(await(v4)).contains(new IcmpSocket.Refusal(ISP4, 3, IcmpError.TOO_FAR));
            assertThat(await(v6)).contains(new IcmpSocket.Refusal(ISP6, 4, IcmpError.TOO_FAR));
            v4.hops(64);
            assertThat(v4.send(ISP4, 5)).isTrue();
            assertThat(await(v4)).contains(new IcmpSocket.Reply(ISP4, 5));
        }
    }

    @Test
    void aFilterAndAMissingRouteAreToldApartAndOthersHearNothing() throws Exception {
        there.run(
                "nft",
                "add table inet t; add chain inet t f { type filter hook forward priority 0; };"
                        + "add rule inet t f reject with icmpx admin-prohibited");
        there.run("ip", "route", "add", "unreachable", "192.0.2.0/24");
        there.run("ip", "-6", "route", "add", "unreachable", "2001:db8:8::/64");
        try (var v4 = open(Family.IPV4);
                var v6 = open(Family.IPV6);
                var other = open(Family.IPV4);
                var repliesOnly = here.in(() -> IcmpSocket.open("wan", Layout.mark(1), Family.IPV4))) {
            assertThat(v4.send(BEHIND4, 1)).isTrue();
            assertThat(v6.send(BEHIND6, 2)).isTrue();
            assertThat(await(v4)).contains(new IcmpSocket.Refusal(ISP4, 1, IcmpError.PROHIBITED));
            assertThat(await(v6)).contains(new IcmpSocket.Refusal(ISP6, 2, IcmpError.PROHIBITED));
            assertThat(v4.send(Addresses.parse("192.0.2.1"), 3)).isTrue();
            assertThat(v6.send(Addresses.parse("2001:db8:8::1"), 4)).isTrue();
            assertThat(await(v4)).contains(new IcmpSocket.Refusal(ISP4, 3, IcmpError.UNREACHABLE));
            assertThat(await(v6)).contains(new IcmpSocket.Refusal(ISP6, 4, IcmpError.UNREACHABLE));
            assertThat(other.next()).isEmpty();
            assertThat(repliesOnly.next()).isEmpty();
        }
    }

    private IcmpSocket open(Family family) {
        return here.in(() -> IcmpSocket.openWithRefusals("wan", Layout.mark(1), family));
    }

    private static Optional<IcmpSocket.Answer> await(IcmpSocket socket) throws Exception {
        try (var poller = new Poller()) {
            poller.watch(socket.fd(), () -> {});
            poller.poll(Duration.ofSeconds(5));
            return socket.next();
        }
    }
}
