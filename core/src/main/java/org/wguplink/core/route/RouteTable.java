package org.wguplink.core.route;

/** A routing table id of the kernel ({@code RTA_TABLE}, 32 bits); 254 is main. */
public record RouteTable(int id) {
    public static final RouteTable MAIN = new RouteTable(254);

    public RouteTable {
        if (id < 1) throw new IllegalArgumentException("routing table %d; expected 1 or more".formatted(id));
    }
}
