package org.wguplink.lab.net;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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
        run("link add wan2 netns %s type veth peer name wan netns %s".formatted(node.namespace(), isp));
        run("link add core netns %s type veth peer name two%s netns %s".formatted(isp, node.name(), inet));
        run("-n %s link set lo up".formatted(isp));
        run("-n %s addr add 172.31.%d.2/30 dev core".formatted(isp, number));
        run("-n %s link set core up".formatted(isp));
        run("-n %s addr add 100.64.%d.1/30 dev wan".formatted(isp, number));
        run("-n %s link set wan up".formatted(isp));
        run("-n %s route add default via 172.31.%d.1".formatted(isp, number));
        run("-n %s addr add 172.31.%d.1/30 dev two%s".formatted(inet, number, node.name()));
        run("-n %s link set two%s up".formatted(inet, node.name()));
        run("-n %s route add 100.64.%d.0/30 via 172.31.%d.2".formatted(inet, number, number));
        run("-n %s addr add %s/30 dev wan2".formatted(node.namespace(), address4()));
        run("-n %s link set wan2 up".formatted(node.namespace()));
        run("-n %s route add default via 100.64.%d.1 dev wan2 metric %d proto static"
                .formatted(node.namespace(), number, METRIC));
        node.run("nft", "add", "rule", "inet", "lab_nat", "post", "oifname", "wan2", "masquerade")
                .orThrow();
    }

    private static void run(String command) throws IOException {
        List<String> args = new ArrayList<>(List.of("ip"));
        args.addAll(List.of(command.split(" ", -1)));
        Command.run(args);
    }
}
