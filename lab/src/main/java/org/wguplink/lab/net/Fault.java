package org.wguplink.lab.net;

import java.util.List;

/** What can happen to a node's internet. All of it is done outside the node. */
public enum Fault {
    /** The WAN swallows everything both ways, ARP included; the carrier stays. */
    BLACKHOLE,
    /** The WAN loses its carrier. */
    CARRIER,
    /** The provider's router still answers; nothing behind it does. */
    UPSTREAM,
    /** The node is gone: WAN and mesh are silent, and no other node sees a carrier change. */
    VANISH;

    /** A device, in the place where it is broken. */
    private record Spot(String place, String device) {}

    private List<Spot> spots(Site site) {
        return switch (this) {
            case BLACKHOLE, CARRIER -> List.of(new Spot(site.isp(), "wan"));
            case UPSTREAM -> List.of(new Spot(site.isp(), "core"));
            case VANISH -> List.of(new Spot(site.isp(), "wan"), new Spot(Plan.MESH, site.meshPort()));
        };
    }

    /** The argument lists that break it, in order; each is complete without input. */
    List<List<String>> breaking(LabName lab, Site site) {
        return spots(site).stream()
                .map(spot -> this == CARRIER
                        ? setLink(lab, spot, "down")
                        : nft(
                                lab,
                                spot,
                                "table netdev %s { %s %s }"
                                        .formatted(table(site), drop(spot, "ingress"), drop(spot, "egress"))))
                .toList();
    }

    /** The argument lists that mend it. */
    List<List<String>> mending(LabName lab, Site site) {
        return spots(site).stream()
                .map(spot -> this == CARRIER
                        ? setLink(lab, spot, "up")
                        : nft(lab, spot, "delete table netdev " + table(site)))
                .toList();
    }

    private String table(Site site) {
        return "lab_%s_%s".formatted(name().toLowerCase(java.util.Locale.ROOT), site.name());
    }

    private static String drop(Spot spot, String hook) {
        return "chain %1$s { type filter hook %1$s device %2$s priority -10; policy drop; };"
                .formatted(hook, spot.device());
    }

    private static List<String> setLink(LabName lab, Spot spot, String state) {
        return List.of("ip", "-n", lab.namespace(spot.place()), "link", "set", spot.device(), state);
    }

    private static List<String> nft(LabName lab, Spot spot, String rules) {
        return List.of("ip", "netns", "exec", lab.namespace(spot.place()), "nft", rules);
    }
}
