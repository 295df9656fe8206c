package org.wguplink.linux.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.Layout;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.loop.Poller;

@Tag("kernel")
class IcmpSocketKernelTest extends LineToIsp {

    @BeforeEach
    void joinLan() {
        here.join("lan", "192.0.2.1/24", there, "other", "192.0.2.2/24");
    }

    @Test
    void getsItsOwnReplies() throws Exception {
        try (var v4 = open("wan", Family.IPV4);
                var v6 = open("wan", Family.IPV6);
                var neighbour = open("wan", Family.IPV4)) {
            assertThat(v4.send(ISP4, 65535)).isTrue();
            assertThat(v6.send(ISP6, 7)).isTrue();
            assertThat(await(v4)).contains(new IcmpSocket.Reply(ISP4, 65535));
            assertThat(await(v6)).contains(new IcmpSocket.Reply(ISP6, 7));
            // both raw sockets were given the reply; it is of one only
            assertThat(neighbour.receive()).isEmpty();
            assertThat(v4.receive()).isEmpty();
        }
    }

    @Test
    void tellsHowLongAReplyHasWaited() throws Exception {
        try (var socket = open("wan", Family.IPV4)) {
            Duration lag = Duration.ZERO;
            // the kernel dates packets from a moment after it is asked first
            for (int i = 0; i < 20 && lag.toMillis() < 50; i++) {
                assertThat(socket.send(ISP4, i)).isTrue();
                Thread.sleep(100);
                assertThat(socket.receive()).isPresent();
                lag = socket.lag();
            }
            assertThat(lag).isBetween(Duration.ofMillis(80), Duration.ofMillis(900));
        }
    }

    @Test
    void whatIsWholeIsNeverSentInParts() throws Exception {
        here.run("ip", "link", "set", "wan", "mtu", "1400");
        for (Family family : Family.values())
            try (var socket = open("wan", family)) {
                InetAddress isp = family == Family.IPV4 ? ISP4 : ISP6;
                socket.whole();
                assertThat(socket.send(isp, 1, 1401)).isFalse();
                assertThat(socket.send(isp, 2, 1400)).isTrue();
                assertThat(await(socket)).map(IcmpSocket.Reply::sequence).contains(2);
            }
    }

    /** A bound IPv4 socket without a route takes its target to be on the link: it still never leaves by another device. */
    @Test
    void staysOnItsDevice() throws Exception {
        here.run("ip", "route", "add", "203.0.113.9", "via", "198.51.100.1");
        there.run("ip", "address", "add", "203.0.113.9/32", "dev", "lo");
        there.run(
                "nft",
                "add table inet t; add chain inet t i { type filter hook input priority 0; };"
                        + "add rule inet t i iifname isp icmp type echo-request counter");
        InetAddress target = Addresses.parse("203.0.113.9");
        try (var lan = open("lan", Family.IPV4);
                var wan = open("wan", Family.IPV4)) {
            assertThat(lan.send(target, 1)).isTrue();
            assertThat(lan.send(Addresses.parse("192.0.2.2"), 2)).isTrue();
            assertThat(await(lan)).isPresent();
            assertThat(there.run("nft", "list", "table", "inet", "t")).contains("counter packets 0 ");
            assertThat(wan.send(target, 3)).isTrue();
            assertThat(await(wan)).contains(new IcmpSocket.Reply(target, 3));
            assertThat(there.run("nft", "list", "table", "inet", "t")).contains("counter packets 1 ");
        }
    }

    @Test
    void carriesItsMark() throws Exception {
        here.run("ip", "-6", "rule", "add", "fwmark", "0x02000000/0x3f000000", "unreachable");
        try (var marked = here.in(() -> IcmpSocket.open("wan", Layout.mark(2), Family.IPV6));
                var other = open("wan", Family.IPV6)) {
            assertThat(marked.send(ISP6, 1)).isFalse();
            assertThat(other.send(ISP6, 1)).isTrue();
        }
    }

    @Test
    void aDeviceThatGoesDownOrAwayIsNoFault() throws Exception {
        try (var socket = open("wan", Family.IPV4);
                var v6 = open("wan", Family.IPV6)) {
            here.run("ip", "link", "set", "wan", "down");
            assertThat(socket.send(ISP4, 1)).isFalse();
            assertThat(v6.send(ISP6, 1)).isFalse();
            here.run("ip", "link", "del", "wan");
            assertThat(socket.send(ISP4, 1)).isFalse();
            assertThat(v6.send(ISP6, 1)).isFalse();
            assertThat(socket.receive()).isEmpty();
            assertThat(v6.receive()).isEmpty();
        }
        assertThatThrownBy(() -> IcmpSocket.open("no-such", Layout.mark(1), Family.IPV4))
                .isInstanceOf(OsException.class)
                .hasMessage("bind to device no-such: No such device (ENODEV)");
    }

    private IcmpSocket open(String device, Family family) {
        return here.in(() -> IcmpSocket.open(device, Layout.mark(1), family));
    }

    private static Optional<IcmpSocket.Reply> await(IcmpSocket socket) throws Exception {
        try (var poller = new Poller()) {
            poller.watch(socket.fd(), () -> {});
            poller.poll(Duration.ofSeconds(5));
            return socket.receive();
        }
    }
}
