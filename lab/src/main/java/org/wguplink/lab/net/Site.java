package org.wguplink.lab.net;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A node's place in the plan of addresses.
 *
 * @param name one capital letter
 * @param number 1, 2, ... in the order of the nodes; part of every address
 */
public record Site(String name, int number) {
    public Site {
        if (!name.matches("[A-Z]")) throw new IllegalArgumentException("'%s' is not a node's name".formatted(name));
        if (number < 1 || number > 26) throw new IllegalArgumentException("need 1 <= number <= 26; got " + number);
    }

    /** Those of nodes, in their order. */
    public static List<Site> of(List<String> nodes) {
        return IntStream.range(0, nodes.size())
                .mapToObj(i -> new Site(nodes.get(i), i + 1))
                .toList();
    }

    public String peerId() {
        return "node" + name;
    }

    public String host() {
        return "host" + name;
    }

    public String isp() {
        return "isp" + name;
    }

    /** The port of the mesh bridge that the node is plugged into. */
    public String meshPort() {
        return "p" + name;
    }

    public String wan4() {
        return "100.64.%d.2".formatted(number);
    }

    public String wanGateway4() {
        return "100.64.%d.1".formatted(number);
    }

    public String wan6() {
        return "2001:db8:%d::2".formatted(number);
    }

    public String wanGateway6() {
        return "2001:db8:%d::1".formatted(number);
    }

    /** The resolver of the node's ISP: first where it is inside of the ISP, at private addresses, then on the WAN's own network. */
    public List<String> resolvers() {
        return List.of(resolver4(), "fd31:%d::2".formatted(number), wanGateway4(), wanGateway6());
    }

    public String resolver4() {
        return "172.31.%d.2".formatted(number);
    }

    public String mesh4() {
        return "10.250.0.%d".formatted(number);
    }

    public String mesh6() {
        return "fd00:250::%d".formatted(number);
    }

    public String lan4() {
        return "10.1.%d.1".formatted(number);
    }

    public String host4() {
        return "10.1.%d.2".formatted(number);
    }
}
