package org.wguplink.lab.net;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.lab.inet.PortalServer;

/** What can happen to a node's internet. Done outside the node, but for those that say otherwise. */
public enum Fault {
    /** The WAN swallows everything both ways, ARP included; the carrier stays. */
    BLACKHOLE,
    /** The WAN loses its carrier. */
    CARRIER,
    /** The node itself sets its WAN down, which ends its routes; mended as a link manager does it, with new routes. */
    LINK_DOWN,
    /** The provider's router still answers; nothing behind it does. */
    UPSTREAM,
    /** Name servers do not answer, the ISP's own neither: not by UDP and not by TCP. */
    DNS,
    /** Nothing of IPv4 passes the provider's router; IPv6 does. */
    IPV4,
    /** The same of IPv6; IPv4 passes. */
    IPV6,
    /** A captive portal: the web leads to where one logs in; but for names and pings nothing else passes. */
    PORTAL,
    /** What the node sends arrives; nothing comes back, not even from the provider's router. */
    ONE_WAY,
    /** The provider gives the WAN another IPv4 address and another gateway, as a DHCP client does it: the old are gone. */
    RENUMBERED,
    /** The node is gone: WAN and mesh are silent, and no other node sees a carrier change. */
    VANISH,
    /**
     * What is larger than 1280 bytes vanishes on the mesh beside the node, both ways, and nobody says so.
     */
    NARROW,
    /** The node's userspace WireGuard is killed. Nobody mends it: that is for the node's daemon to do. */
    TUNNELS_KILLED;

    private static final String KILL_WIREGUARD = """
            for pid in $(ip netns pids "$1"); do
                if [ "$(cat /proc/$pid/comm)" = wireguard-go ]; then kill -KILL $pid; fi
            done
            """;

    /** The argument lists that break it, in order; each is complete without input. */
    List<List<String>> breaking(LabName lab, Site site) {
        String isp = lab.namespace(site.isp());
        return switch (this) {
            case BLACKHOLE -> List.of(silence(isp, "wan"));
            case CARRIER -> List.of(setWan(isp, "down"));
            case LINK_DOWN -> List.of(setWan(lab.namespace(site.name()), "down"));
            case UPSTREAM -> List.of(silence(isp, "core"));
            case DNS -> List.of(nft(isp, drop("th dport 53", List.of("forward", "input"))));
            case IPV4 -> List.of(nft(isp, drop("meta nfproto ipv4", List.of("forward"))));
            case IPV6 -> List.of(nft(isp, drop("meta nfproto ipv6", List.of("forward"))));
            case PORTAL -> List.of(nft(isp, portal()));
            case ONE_WAY -> List.of(nft(isp, "table netdev %s { %s }".formatted(table("wan"), drop("wan", "egress"))));
            case RENUMBERED -> renumbered(lab, site, OTHER_WAN_HOST, WAN_HOST);
            case VANISH -> List.of(silence(isp, "wan"), silence(lab.namespace(Plan.MESH), site.meshPort()));
            case NARROW -> List.of(meshMtu(lab, site, 1280));
            case TUNNELS_KILLED -> List.of(List.of("bash", "-c", KILL_WIREGUARD, "kill", lab.namespace(site.name())));
        };
    }

    /** The argument lists that mend it. */
    List<List<String>> mending(LabName lab, Site site) {
        String isp = lab.namespace(site.isp());
        String node = lab.namespace(site.name());
        return switch (this) {
            case BLACKHOLE -> List.of(unsilence(isp, "wan"));
            case CARRIER -> List.of(setWan(isp, "up"));
            case LINK_DOWN ->
                Stream.concat(
                                Stream.of(setWan(node, "up")),
                                Plan.wanRoutes(site).stream().map(route -> ip(node, route)))
                        .toList();
            case UPSTREAM -> List.of(unsilence(isp, "core"));
            case DNS, IPV4, IPV6, PORTAL -> List.of(nft(isp, "delete table inet " + table("all")));
            case ONE_WAY -> List.of(unsilence(isp, "wan"));
            case RENUMBERED -> renumbered(lab, site, WAN_HOST, OTHER_WAN_HOST);
            case VANISH -> List.of(unsilence(isp, "wan"), unsilence(lab.namespace(Plan.MESH), site.meshPort()));
            case NARROW -> List.of(meshMtu(lab, site, 1500));
            case TUNNELS_KILLED -> List.of();
        };
    }

    /** The last byte of the WAN's address; its gateway's is one less. */
    private static final int WAN_HOST = 2;

    private static final int OTHER_WAN_HOST = 6;

    /** First the route here that makes the new address reachable, and last the old ones. */
    private static List<List<String>> renumbered(LabName lab, Site site, int to, int from) {
        String isp = lab.namespace(site.isp());
        String node = lab.namespace(site.name());
        String net = "100.64.%d.".formatted(site.number());
        return List.of(
                ip(isp, "addr add %s%d/30 dev wan".formatted(net, to - 1)),
                ip(
                        lab.namespace(Plan.INET),
                        "route replace %s%d/30 via 172.31.%d.2".formatted(net, to - 2, site.number())),
                ip(isp, "addr del %s%d/30 dev wan".formatted(net, from - 1)),
                ip(node, "addr del %s%d/30 dev wan".formatted(net, from)),
                ip(node, "addr add %s%d/30 dev wan".formatted(net, to)),
                ip(
                        node,
                        "route replace default via %s%d dev wan metric %d proto static"
                                .formatted(net, to - 1, Plan.WAN_METRIC)));
    }

    private String portal() {
        return """
                table inet %s {
                    chain to { type nat hook prerouting priority -100; iifname wan tcp dport 80 redirect to :%d; }
                    chain through { type filter hook forward priority -10;
                        iifname wan meta l4proto { tcp, udp } th dport != 53 drop; }
                }
                """.formatted(table("all"), PortalServer.PORT);
    }

    private String drop(String what, List<String> hooks) {
        String chains = hooks.stream()
                .map(hook -> "chain %1$s { type filter hook %1$s priority -10; %2$s drop; };".formatted(hook, what))
                .collect(Collectors.joining(" "));
        return "table inet %s { %s }".formatted(table("all"), chains);
    }

    private List<String> silence(String namespace, String device) {
        return nft(
                namespace,
                "table netdev %s { %s %s }".formatted(table(device), drop(device, "ingress"), drop(device, "egress")));
    }

    private List<String> unsilence(String namespace, String device) {
        return nft(namespace, "delete table netdev " + table(device));
    }

    private String table(String device) {
        return "lab_%s_%s".formatted(name().toLowerCase(java.util.Locale.ROOT), device);
    }

    private static String drop(String device, String hook) {
        return "chain %1$s { type filter hook %1$s device %2$s priority -10; policy drop; };".formatted(hook, device);
    }

    private static List<String> setWan(String namespace, String state) {
        return ip(namespace, "link set wan " + state);
    }

    private static List<String> meshMtu(LabName lab, Site site, int bytes) {
        return ip(lab.namespace(Plan.MESH), "link set %s mtu %d".formatted(site.meshPort(), bytes));
    }

    static List<String> ip(String namespace, String words) {
        return Stream.concat(Stream.of("ip", "-n", namespace), Stream.of(words.split(" ", -1)))
                .toList();
    }

    static List<String> nft(String namespace, String rules) {
        return List.of("ip", "netns", "exec", namespace, "nft", rules);
    }
}
