package org.wguplink.lab.net;

import java.io.IOException;

/**
 * A second internet line of a node, {@code wan2}, by another provider: added to a lab that is built and whose daemons do
 * not run yet. Its addresses are those of the first with 100 added to the node's number.
 */
public final class SecondWan {
    /** Metric of its default route: after the first line's. */
    private static final int METRIC = Plan.WAN_METRIC + 10;

    private final Lab lab;
    private final LabNode node;
    private final int number;

    private SecondWan(Lab lab, LabNode node) {
        this.lab = lab;
        this.node = node;
        this.number = node.site().number() + 100;
    }

    public static SecondWan add(Lab lab, LabNode node) throws IOException {
        var wan = new SecondWan(lab, node);
        wan.build();
        return wan;
    }

    /** The address by which the internet sees it. */
    public String address4() {
        return "100.64.%d.2".formatted(number);
    }

    /** Takes its carrier away, or gives it back. */
    public void carrier(boolean up) throws IOException {
        lab.in(place(), "ip", "link", "set", "wan", up ? "up" : "down").orThrow();
    }

    private String place() {
        return "isp2" + node.name();
    }

    private void build() throws IOException {
        lab.addPlace(place());
        String isp = lab.name().namespace(place());
        String inet = lab.inetNamespace();
        lab.in(place(), "sysctl", "-q", "-w", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0")
                .orThrow();
        String inNode = node.namespace();
        ip(inNode, "link add wan2 type veth peer name wan netns " + isp);
        ip(inet, "link add two%s type veth peer name core netns %s".formatted(node.name(), isp));
        ip(isp, "link set lo up");
        ip(isp, "addr add 172.31.%d.2/30 dev core".formatted(number));
        ip(isp, "link set core up");
        ip(isp, "addr add 100.64.%d.1/30 dev wan".formatted(number));
        ip(isp, "link set wan up");
        ip(isp, "route add default via 172.31.%d.1".formatted(number));
        ip(inet, "addr add 172.31.%d.1/30 dev two%s".formatted(number, node.name()));
        ip(inet, "link set two%s up".formatted(node.name()));
        ip(inet, "route add 100.64.%d.0/30 via 172.31.%d.2".formatted(number, number));
        ip(inNode, "addr add %s/30 dev wan2".formatted(address4()));
        ip(inNode, "link set wan2 up");
        ip(inNode, "route add default via 100.64.%d.1 dev wan2 metric %d proto static".formatted(number, METRIC));
        node.run("nft", "add", "rule", "inet", "lab_nat", "post", "oifname", "wan2", "masquerade")
                .orThrow();
    }

    private static void ip(String namespace, String words) throws IOException {
        Command.run(Fault.ip(namespace, words));
    }
}
