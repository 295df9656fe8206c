package org.wguplink.lab.scenario;

import java.io.IOException;
import java.util.List;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** Turns nodes of a lab, before their daemons start, into those that people have. */
final class Awkward {
    private Awkward() {}

    /** The WAN is a network behind 192.168.1.1, as every home router makes it; the provider masquerades it. */
    static void behindHomeRouter(Lab lab, LabNode node) throws IOException {
        String isp = node.site().isp();
        in(lab, isp, "ip", "addr", "add", "192.168.1.1/24", "dev", "wan");
        in(
                lab,
                isp,
                "nft",
                "table ip home { chain post { type nat hook postrouting priority srcnat;"
                        + " oifname core ip saddr 192.168.1.0/24 snat to %s; }; }"
                                .formatted(node.site().wan4()));
        wanAddress4(node, "192.168.1.2/24", "192.168.1.1");
    }

    /** What a DHCP client does when it is given an address: the default route goes and comes, within a moment. */
    static void wanAddress4(LabNode node, String address, String gateway) throws IOException {
        String batch = """
                addr flush dev wan
                addr add %s dev wan
                route add default via %s dev wan metric 50
                """.formatted(address, gateway);
        run(node, "sh", "-c", "echo '%s' | ip -4 -batch -".formatted(batch));
    }

    /**
     * The WAN is a line from point to point without gateways, as PPPoE is. Neighbours are not asked for: both ends have
     * one hardware address, so that each takes what the other sends.
     */
    static void pointToPoint(Lab lab, LabNode node) throws IOException {
        String isp = node.site().isp();
        String hardware = "02:00:00:00:00:0%d".formatted(node.site().number());
        run(node, "ip", "link", "set", "wan", "arp", "off", "address", hardware);
        in(lab, isp, "ip", "link", "set", "wan", "arp", "off", "address", hardware);
        run(node, "ip", "addr", "flush", "dev", "wan", "scope", "global");
        run(node, "ip", "addr", "add", node.site().wan4(), "peer", node.site().wanGateway4(), "dev", "wan");
        run(node, "ip", "addr", "add", node.site().wan6() + "/128", "dev", "wan", "nodad");
        run(node, "ip", "route", "add", "default", "dev", "wan", "metric", "50");
        run(node, "ip", "-6", "route", "flush", "default", "dev", "wan");
        run(node, "ip", "-6", "route", "add", "default", "dev", "wan", "metric", "50");
    }

    /** The LAN has the prefix 10.1.1.0/24, whatever the node's number. */
    static void lanOfTheFirst(Lab lab, LabNode node) throws IOException {
        run(node, "ip", "-4", "addr", "flush", "dev", "lan");
        run(node, "ip", "addr", "add", "10.1.1.1/24", "dev", "lan");
        String host = node.site().host();
        in(lab, host, "ip", "-4", "addr", "flush", "dev", "lan");
        in(lab, host, "ip", "addr", "add", "10.1.1.2/24", "dev", "lan");
        in(lab, host, "ip", "route", "add", "default", "via", "10.1.1.1");
    }

    /** The reverse-path filter as some distributions have it. */
    static void strictReversePath(LabNode node) throws IOException {
        run(node, "sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1", "net.ipv4.conf.default.rp_filter=1");
    }

    /** By name, {@code net.ipv4.conf.*.rp_filter} of all that is not ours. */
    static List<String> reversePaths(LabNode node) throws IOException {
        return node.run("sysctl", "-a", "-r", "^net\\.ipv4\\.conf\\..*\\.rp_filter")
                .orThrow()
                .lines()
                .filter(line -> !line.contains(".wgup-"))
                .sorted()
                .toList();
    }

    private static void run(LabNode node, String... args) throws IOException {
        node.run(args).orThrow();
    }

    private static void in(Lab lab, String place, String... args) throws IOException {
        lab.in(place, args).orThrow();
    }
}
