package org.wguplink.core.firewall;

import java.util.List;
import java.util.Optional;

/**
 * How new flows of the LAN of one family are shared. A pair of hosts belongs to one share for ever; while that takes none, to
 * one of those that do, so that what happens to one path moves no pair between two others.
 *
 * @param device by which they would all leave, if they were not shared: what leaves by another is none of them
 * @param shares in an order that stays the same; at least two have a path
 */
public record Shares(String device, List<Share> shares) {
    public Shares {
        shares = List.copyOf(shares);
        if (shares.stream().filter(share -> share.path().isPresent()).count() < 2)
            throw new IllegalArgumentException("shared by less than two: " + shares);
    }

    /**
     * A part of them.
     *
     * @param weight 1 to 1000: its part of the sum of all
     * @param path the number of the path that takes it; empty: the others do
     */
    public record Share(int weight, Optional<Integer> path) {}

    /** Those that have a path. */
    public List<Share> taken() {
        return shares.stream().filter(share -> share.path().isPresent()).toList();
    }
}
