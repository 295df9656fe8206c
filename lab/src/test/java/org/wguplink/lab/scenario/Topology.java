package org.wguplink.lab.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** Amendments of a built lab, before its daemons start or while they run: other underlays, NAT, other addresses. */
final class Topology {
    private Topology() {}

    /** There is no network for the mesh: it meets over the WANs, at their IPv4 addresses. */
    static void meshOverTheWans(Lab lab) throws IOException {
        for (LabNode node : lab.nodes()) {
            node.run("ip", "link", "del", "mesh0").orThrow();
            configure(node, text -> {
                String changed = text;
                for (LabNode each : lab.nodes())
                    changed = changed.replace(each.site().mesh4(), each.site().wan4());
                return changed;
            });
        }
    }

    /** The mesh's own network carries its TCP, but no tunnel. */
    static void noTunnelOverTheMesh(Lab lab) throws IOException {
        for (LabNode node : lab.nodes())
            nft(
                    lab,
                    "mesh",
                    "table netdev no_udp_%1$s { chain in { type filter hook ingress device \"%1$s\" priority 0;"
                            + " meta l4proto udp drop; }; }",
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

    /** IPv4 dies between a node and its provider; IPv6 lives. */
    static void killIpv4(Lab lab, LabNode node) throws IOException {
        nft(
                lab,
                node.site().isp(),
                "table inet no_v4 { chain in { type filter hook prerouting priority -300;"
                        + " iifname \"%s\" meta nfproto ipv4 drop; iifname \"core\" meta nfproto ipv4 drop; }; }",
                "wan");
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

    /** Changes a node's configuration. */
    static void configure(LabNode node, UnaryOperator<String> change) throws IOException {
        Path file = node.root().resolve("etc/config/wireguard-uplink");
        Files.writeString(file, change.apply(Files.readString(file)));
    }

    /** One more line of the section {@code uplink}. */
    static void option(LabNode node, String line) throws IOException {
        configure(node, text -> text.replace("\toption offer '1'\n", "\toption offer '1'\n\t" + line + "\n"));
    }

    private static void nft(Lab lab, String place, String rules, String device) throws IOException {
        lab.in(place, "nft", rules.formatted(device)).orThrow();
    }
}
