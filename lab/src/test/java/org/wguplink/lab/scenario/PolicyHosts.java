package org.wguplink.lab.scenario;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wguplink.lab.inet.InNamespace;
import org.wguplink.lab.inet.InternetServers;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.LabNode;

/**
 * Hosts of C's LAN, one in each subnet that has a policy: further addresses of its only host. Each sends all the time, from
 * a new port as often as from an old one, and C counts, before it masquerades, what leaves by a path that is not for its
 * policy.
 */
final class PolicyHosts implements AutoCloseable {
    static final String NEVER = "10.1.3.34";
    static final String NEVER6 = "fd01:3::22:2";
    static final String STRICT = "10.1.3.50";
    static final String STRICT6 = "fd01:3::32:2";
    static final String ALWAYS = "10.1.3.66";
    static final String ALWAYS6 = "fd01:3::42:2";
    /** What it sends, and what C sends to {@link #TAGGED_TARGET}, carries a mark. */
    static final String TAGGED = "10.1.3.98";

    static final String TAGGED_TARGET = "1.1.1.1";

    static final String CONFIG = """

            config policy 'tagged'
            	option mark '0x77/0xff'
            	option mode 'always'
            	option peer 'nodeA'

            config policy 'cameras'
            	list src '10.1.3.32/28'
            	list src 'fd01:3::22:0/112'
            	option mode 'never'

            config policy 'office'
            	list src '10.1.3.48/28'
            	list src 'fd01:3::32:0/112'
            	option mode 'strict'

            config policy 'bank'
            	list src '10.1.3.64/28'
            	list src 'fd01:3::42:0/112'
            	option mode 'always'
            	option peer 'nodeA'
            """;

    /** What belongs to a policy and leaves by another way. */
    private static final String COUNTERS = """
            table inet lab_policies {
                chain tag {
                    type filter hook prerouting priority -160
                    ip saddr 10.1.3.98 meta mark set meta mark | 0x77
                }
                chain tag_own {
                    type route hook output priority mangle
                    ip daddr 1.1.1.1 tcp dport 80 meta mark set meta mark | 0x77
                    ip daddr 100.64.3.1 udp dport 53 meta mark set meta mark | 0x77
                }
                chain out {
                    type filter hook postrouting priority -200
                    oifname { "lan", "lo" } return
                    meta mark & 0xff == 0x77 oifname != "wgup-nodeA" counter
                    ip saddr 10.1.3.32/28 oifname != "wan" counter
                    ip6 saddr fd01:3::22:0/112 oifname != "wan" counter
                    ip saddr 10.1.3.48/28 oifname != { "wan", "wgup-nodeA", "wgup-nodeB" } counter
                    ip6 saddr fd01:3::32:0/112 oifname != { "wan", "wgup-nodeA", "wgup-nodeB" } counter
                    ip saddr 10.1.3.64/28 oifname != "wgup-nodeA" counter
                    ip6 saddr fd01:3::42:0/112 oifname != "wgup-nodeA" counter
                }
            }
            """;

    private static final Pattern COUNTER = Pattern.compile("packets (\\d+) bytes");
    private static final Duration BEAT = Duration.ofMillis(5);

    private final LabNode node;
    private final List<DatagramChannel> old = new ArrayList<>();
    private volatile boolean over;

    private PolicyHosts(LabNode node) {
        this.node = node;
    }

    static PolicyHosts join(LabNode node) throws IOException {
        var hosts = new PolicyHosts(node);
        for (String address : List.of(NEVER, STRICT, ALWAYS, TAGGED)) hosts.add(address + "/32");
        for (String address : List.of(NEVER6, STRICT6, ALWAYS6)) hosts.add(address + "/128");
        return hosts;
    }

    private void add(String address) throws IOException {
        Command.run(List.of("ip", "-n", node.hostNamespace(), "address", "add", address, "dev", "lan"));
    }

    /** From now on they send, and what leaves by a wrong way counts. */
    void send() throws IOException {
        node.run("nft", COUNTERS).orThrow();
        for (String address : List.of(NEVER, STRICT, ALWAYS, TAGGED, NEVER6, STRICT6, ALWAYS6)) {
            DatagramChannel channel = open(address);
            old.add(channel);
            Thread.ofPlatform().daemon().name("host " + address).start(() -> send(address, channel));
        }
    }

    private DatagramChannel open(String address) throws IOException {
        DatagramChannel channel = InNamespace.call(node.hostNamespace(), DatagramChannel::open);
        return channel.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
    }

    private void send(String address, DatagramChannel channel) {
        String target = address.contains(":") ? "2001:4860:4860::8888" : "8.8.8.8";
        var to = new InetSocketAddress(InetAddress.ofLiteral(target), InternetServers.UDP_ECHO);
        ByteBuffer part = ByteBuffer.allocate(32);
        while (!over) {
            try (DatagramChannel fresh = open(address)) {
                channel.send(part.clear(), to);
                fresh.send(part.clear(), to);
            } catch (IOException _) {
                // refused, or over: the next may pass
            }
            LockSupport.parkNanos(BEAT.toNanos());
        }
    }

    /** Packets that left by a way that is not for their policy. */
    long astray() throws IOException {
        Matcher counters = COUNTER.matcher(
                node.run("nft", "list", "table", "inet", "lab_policies").orThrow());
        return counters.results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    /** The address from which the internet sees a new TCP connection of a host; what went wrong when there is none. */
    String exit(String host) throws IOException {
        return Facts.exitOf(node, host);
    }

    /** How long a new TCP connection of a host takes to be refused. */
    Duration refusedAfter(String host) throws IOException {
        return refusedAfter(host, InternetServers.HTTP);
    }

    Duration refusedAfter(String host, int port) throws IOException {
        String target = host.contains(":") ? "2001:4860:4860::8888" : "8.8.8.8";
        var to = new InetSocketAddress(InetAddress.ofLiteral(target), port);
        try (SocketChannel channel = InNamespace.call(node.hostNamespace(), SocketChannel::open)) {
            channel.bind(new InetSocketAddress(InetAddress.ofLiteral(host), 0));
            long begun = System.nanoTime();
            try {
                channel.connect(to);
            } catch (ConnectException | NoRouteToHostException e) {
                return Duration.ofNanos(System.nanoTime() - begun);
            }
            throw new IOException(host + " is connected to " + channel.getRemoteAddress());
        }
    }

    @Override
    public void close() throws IOException {
        over = true;
        for (DatagramChannel channel : old) channel.close();
    }
}
