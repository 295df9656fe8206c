package org.wguplink.lab.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** Amendments of a built lab, before its daemons start or while they run: other underlays, NAT, other addresses. */
final class Topology {
    private Topology() {}

    /** The mesh's own network carries its TCP, but no tunnel. */
    static void noTunnelOverTheMesh(Lab lab) throws IOException {
        noTunnelOverTheMesh(lab, 0);
    }

    /** The same, but for a WireGuard network of the user's own, which has that port. */
    static void noTunnelOverTheMesh(Lab lab, int port) throws IOException {
        for (LabNode node : lab.nodes())
            nft(
                    lab,
                    "mesh",
                    "table netdev no_udp_%1$s { chain in { type filter hook ingress device \"%1$s\" priority 0;"
                            + " udp dport != {port} drop; }; }".replace("{port}", Integer.toString(port)),
                    node.site().meshPort());
    }

    /** Undoes {@link #noTunnelOverTheMesh}. */
    static void tunnelOverTheMesh(Lab lab) throws IOException {
        for (LabNode node : lab.nodes())
            nft(lab, "mesh", "delete table netdev no_udp_%s", node.site().meshPort());
    }

    /** A node's internet provider gives it one port of a public address, UDP 51820. */
    static void forward(Lab lab, LabNode node, String outer, String inner) throws IOException {
        int number = node.site().number();
        lab.in("inet", "ip", "route", "add", outer + "/32", "via", "172.31.%d.2".formatted(number))
                .orThrow();
        lab.in(
                        node.site().isp(),
                        "nft",
                        ("table inet nat { chain pre { type nat hook prerouting priority dstnat; ip daddr %s udp dport 51820"
                                        + " dnat ip to %s; }; }")
                                .formatted(outer, inner))
                .orThrow();
        lab.in(node.site().isp(), "nft", "insert rule inet nat in ct status dnat accept")
                .orThrow();
    }

    /** The node has no IPv6 on its WAN. */
    static void withoutIpv6(LabNode node) throws IOException {
        node.run("ip", "-6", "address", "flush", "dev", "wan", "scope", "global")
                .orThrow();
    }

    /**
     * The provider delegates a prefix to the node, which gives its LAN addresses of it and does not translate them.
     *
     * @return the address of the host
     */
    static String delegatedPrefix(Lab lab, LabNode node) throws IOException {
        int number = node.site().number();
        String prefix = "2001:db8:%d:1::".formatted(number);
        lab.in("inet", "ip", "route", "add", prefix + "/64", "via", "fd31:%d::2".formatted(number))
                .orThrow();
        lab.in(
                        node.site().isp(),
                        "ip",
                        "route",
                        "add",
                        prefix + "/64",
                        "via",
                        node.site().wan6())
                .orThrow();
        node.run("ip", "address", "add", prefix + "1/64", "dev", "lan", "nodad").orThrow();
        node.run("nft", "insert rule inet lab_nat post ip6 saddr %s/64 return".formatted(prefix))
                .orThrow();
        String host = prefix + "2";
        Command.run(List.of("ip", "-n", node.hostNamespace(), "address", "add", host + "/64", "dev", "lan", "nodad"));
        return host;
    }

    /** IPv4 dies between a node and its provider; IPv6 lives. */
    static void killIpv4(Lab lab, LabNode node) throws IOException {
        nft(
                lab,
                node.site().isp(),
                "table inet no_v4 { chain in { type filter hook prerouting priority -300;"
                        + " iifname \"%s\" meta nfproto ipv4 drop; iifname \"core\" meta nfproto ipv4 drop; }; }",
                "wan");
    }

    /** Undoes {@link #killIpv4}. */
    static void reviveIpv4(Lab lab, LabNode node) throws IOException {
        lab.in(node.site().isp(), "nft", "delete table inet no_v4").orThrow();
    }

    /** The internet provider gives the node a private line: what comes from outside unasked does not get in. */
    static void behindNat(Lab lab, LabNode node) throws IOException {
        nft(
                lab,
                node.site().isp(),
                "table inet nat { chain out { type nat hook postrouting priority srcnat; oifname \"%1$s\" masquerade; };"
                        + " chain in { type filter hook forward priority 0;"
                        + " iifname \"%1$s\" ct state established,related accept; iifname \"%1$s\" drop; }; }",
                "core");
    }

    /** The node's WAN gets another address, 100.65.N.2, and the one that it had ends. */
    static String move(Lab lab, LabNode node) throws IOException {
        int number = node.site().number();
        String isp = node.site().isp();
        lab.in(isp, "ip", "address", "add", "100.65.%d.1/30".formatted(number), "dev", "wan")
                .orThrow();
        lab.in("inet", "ip", "route", "add", "100.65.%d.0/30".formatted(number), "via", "172.31.%d.2".formatted(number))
                .orThrow();
        String address = "100.65.%d.2".formatted(number);
        node.run("ip", "address", "add", address + "/30", "dev", "wan").orThrow();
        node.run("ip", "address", "del", node.site().wan4() + "/30", "dev", "wan")
                .orThrow();
        String gateway = "100.65.%d.1".formatted(number);
        node.run("ip", "route", "replace", "default", "via", gateway, "dev", "wan", "metric", "50", "proto", "static")
                .orThrow();
        return address;
    }

    /** One more line of the section {@code uplink}. */
    static void option(LabNode node, String line) throws IOException {
        Path file = node.root().resolve("etc/config/wireguard-uplink");
        String offer = "\toption offer '1'\n";
        Files.writeString(file, Files.readString(file).replace(offer, offer + "\t" + line + "\n"));
    }

    /** Where the consumer's tunnel leads, as {@code wg show} says it. */
    static String endpoint(LabNode consumer, LabNode provider) throws IOException {
        String line = consumer.run("wg", "show", "wgup-" + provider.peerId(), "endpoints")
                .orThrow();
        return line.substring(line.indexOf('\t') + 1).strip();
    }

    private static void nft(Lab lab, String place, String rules, String device) throws IOException {
        lab.in(place, "nft", rules.formatted(device)).orThrow();
    }
}
