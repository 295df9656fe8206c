package org.wguplink.lab.net;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The network as text for {@code ip -batch} and {@code nft -f}: what to create, and what to say in each place. */
record Plan(LabName lab, List<Site> sites) {
    static final List<String> PUBLIC4 = List.of("8.8.8.8", "1.1.1.1", "9.9.9.9");
    static final List<String> PUBLIC6 = List.of("2001:4860:4860::8888", "2606:4700:4700::1111");
    static final String INET = "inet";
    static final String MESH = "mesh";
    /** Metric of the default route that each node's WAN gives it. */
    static final int WAN_METRIC = 50;

    List<String> places() {
        List<String> places = new ArrayList<>(List.of(INET, MESH));
        for (Site site : sites) places.addAll(List.of(site.name(), site.host(), site.isp()));
        return places;
    }

    String namespaces() {
        return lines(places().stream().map(place -> "netns add " + lab.namespace(place)));
    }

    /** No reverse-path filter and no duplicate-address wait; hosts do not forward. Before any link is made. */
    List<String> sysctls(String place) {
        int forward = place.startsWith("host") ? 0 : 1;
        return List.of(
                "net.ipv4.conf.all.rp_filter=0",
                "net.ipv4.conf.default.rp_filter=0",
                "net.ipv6.conf.all.accept_dad=0",
                "net.ipv6.conf.default.accept_dad=0",
                "net.ipv6.conf.all.keep_addr_on_down=1",
                "net.ipv6.conf.default.keep_addr_on_down=1",
                "net.ipv6.conf.default.accept_ra=0",
                "net.ipv4.ip_forward=" + forward,
                "net.ipv6.conf.all.forwarding=" + forward);
    }

    String links() {
        List<String> veths = new ArrayList<>();
        for (Site site : sites) {
            veths.add(veth(site.name(), "wan", site.isp(), "wan"));
            veths.add(veth(site.isp(), "core", INET, "to" + site.name()));
            veths.add(veth(site.name(), "lan", site.host(), "lan"));
            veths.add(veth(site.name(), "mesh0", MESH, site.meshPort()));
        }
        return lines(veths.stream());
    }

    /** Addresses and routes by place, one {@code ip -batch} each. */
    Map<String, String> addressing() {
        StringBuilder inet = new StringBuilder("link set lo up\n");
        PUBLIC4.forEach(address -> inet.append("addr add %s/32 dev lo\n".formatted(address)));
        // without nodad it is tentative for a moment even here, and the servers could not bind to it
        PUBLIC6.forEach(address -> inet.append("addr add %s/128 dev lo nodad\n".formatted(address)));
        StringBuilder mesh = new StringBuilder("link add br0 type bridge mcast_snooping 0\nlink set br0 up\n");
        Map<String, String> batches = new LinkedHashMap<>();
        for (Site site : sites) {
            inet.append(core(site, "1", "to" + site.name()))
                    .append("route add 100.64.%1$d.0/30 via 172.31.%1$d.2\n".formatted(site.number()))
                    .append("route add 2001:db8:%1$d::/64 via fd31:%1$d::2\n".formatted(site.number()));
            mesh.append("link set %1$s master br0\nlink set %1$s up\n".formatted(site.meshPort()));
            batches.put(site.isp(), isp(site));
            batches.put(site.name(), node(site));
            batches.put(site.host(), host(site));
        }
        batches.put(INET, inet.toString());
        batches.put(MESH, mesh.toString());
        return batches;
    }

    /** What the node's user had before us: masquerading on the WAN, in a table of its own. */
    static String userNat() {
        return """
                table inet lab_nat {
                    chain post {
                        type nat hook postrouting priority srcnat
                        oifname "wan" masquerade
                    }
                }
                """;
    }

    private static String core(Site site, String end, String device) {
        return """
                addr add 172.31.%1$d.%2$s/30 dev %3$s
                addr add fd31:%1$d::%2$s/64 dev %3$s nodad
                link set %3$s up
                """.formatted(site.number(), end, device);
    }

    private static String isp(Site site) {
        return "link set lo up\n" + core(site, "2", "core") + """
                addr add 100.64.%1$d.1/30 dev wan
                addr add 2001:db8:%1$d::1/64 dev wan nodad
                link set wan up
                route add default via 172.31.%1$d.1
                route add default via fd31:%1$d::1
                """.formatted(site.number());
    }

    private static String node(Site site) {
        return """
                link set lo up
                addr add 100.64.%1$d.2/30 dev wan
                addr add 2001:db8:%1$d::2/64 dev wan
                link set wan up
                addr add 10.1.%1$d.1/24 dev lan
                addr add fd01:%1$d::1/64 dev lan
                link set lan up
                addr add 10.250.0.%1$d/24 dev mesh0
                addr add fd00:250::%1$d/64 dev mesh0
                link set mesh0 up
                """.formatted(site.number()) + lines(wanRoutes(site).stream());
    }

    /** What a link manager does once the WAN is up, a command each. */
    static List<String> wanRoutes(Site site) {
        return List.of(
                "route replace default via %s dev wan metric %d proto static".formatted(site.wanGateway4(), WAN_METRIC),
                "route replace default via %s dev wan metric %d proto static"
                        .formatted(site.wanGateway6(), WAN_METRIC));
    }

    private static String host(Site site) {
        return """
                link set lo up
                addr add 10.1.%1$d.2/24 dev lan
                addr add fd01:%1$d::2/64 dev lan
                link set lan up
                route add default via 10.1.%1$d.1
                route add default via fd01:%1$d::1
                """.formatted(site.number());
    }

    private String veth(String place, String device, String peerPlace, String peerDevice) {
        return "link add %s netns %s type veth peer name %s netns %s"
                .formatted(device, lab.namespace(place), peerDevice, lab.namespace(peerPlace));
    }

    private static String lines(java.util.stream.Stream<String> lines) {
        return String.join("\n", lines.toList()) + "\n";
    }
}
