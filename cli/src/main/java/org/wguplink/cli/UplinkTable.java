package org.wguplink.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Uplink;

/** The uplinks as a table in the order received, best first; what has no column follows on lines of its own. */
final class UplinkTable {
    private static final String[] HEAD = {"PEER", "ADDED", "STATE", "LATENCY", "WEIGHT", "MBIT/S", "LINE", "RIDES"};
    private static final int STATE = 2;
    private static final String GAP = "  ";
    private static final String INDENT = "    ";

    private UplinkTable() {}

    static String of(List<Uplink> uplinks, boolean colour) {
        var out = new StringBuilder();
        if (uplinks.isEmpty()) {
            Text.wrap(out, "", "No peer lends its internet at present.");
            Text.wrap(
                    out,
                    "",
                    "On a peer that has internet run 'wgctl uplink offer'; this node hears of it through"
                            + " the mesh within seconds ('wgctl status' shows the mesh), then 'wgctl uplink add PEER' here.");
            return out.toString();
        }
        String[][] rows = new String[uplinks.size()][];
        for (int i = 0; i < rows.length; i++) rows[i] = cells(uplinks.get(i));
        int[] widths = widths(rows);
        line(out, HEAD, widths, null);
        for (int i = 0; i < rows.length; i++) {
            Uplink uplink = uplinks.get(i);
            line(out, rows[i], widths, colour ? colour(uplink.state()) : null);
            details(out, uplink);
        }
        @Nullable Uplink best = unused(uplinks);
        if (best != null)
            Text.wrap(out, "", "None of them is added: 'wgctl uplink add " + best.peerId() + "' uses the best.");
        return out.toString();
    }

    private static String[] cells(Uplink uplink) {
        @Nullable Double latency = uplink.latencyMs();
        @Nullable String rides = uplink.rides();
        return new String[] {
            Text.printable(uplink.peerId()),
            uplink.added() ? "yes" : "no",
            Text.printable(uplink.state()),
            latency == null ? "-" : Text.milliseconds(latency),
            Integer.toString(uplink.weight()),
            uplink.bandwidthMbps() == 0 ? "-" : Integer.toString(uplink.bandwidthMbps()),
            Text.printable(uplink.wanType()),
            rides == null ? "-" : Text.printable(rides)
        };
    }

    /** As wide as the widest cell; the peer's column gives way, and a longer peer id has a line of its own. */
    private static int[] widths(String[][] rows) {
        int[] widths = new int[HEAD.length];
        int others = 0;
        for (int column = 0; column < HEAD.length; column++) {
            widths[column] = HEAD[column].length();
            for (String[] row : rows) widths[column] = Math.max(widths[column], row[column].length());
            if (column > 0) others += GAP.length() + widths[column];
        }
        widths[0] = Math.clamp(Text.WIDTH - others, HEAD[0].length(), widths[0]);
        return widths;
    }

    private static void line(StringBuilder out, String[] cells, int[] widths, @Nullable String colour) {
        boolean fits = cells[0].length() <= widths[0];
        out.append(Text.left(cells[0], fits ? widths[0] : 0));
        if (!fits) out.append('\n').append(" ".repeat(widths[0]));
        for (int column = 1; column < cells.length; column++) {
            boolean number = column > STATE && column < 6;
            boolean last = column == cells.length - 1;
            String cell = cells[column];
            if (!last) cell = number ? Text.right(cell, widths[column]) : Text.left(cell, widths[column]);
            out.append(GAP);
            if (column == STATE && colour != null)
                out.append(colour).append(cell).append("\033[0m");
            else out.append(cell);
        }
        out.append('\n');
    }

    private static void details(StringBuilder out, Uplink uplink) {
        @Nullable String protects = uplink.protects();
        @Nullable String reason = uplink.reason();
        @Nullable Long lease = uplink.leaseExpiresInS();
        if (reason != null) Text.wrap(out, INDENT + "why: ", reason);
        if (protects != null) Text.wrap(out, INDENT, protects);
        if (lease != null) {
            String device = uplink.device() == null ? "" : ", device " + uplink.device();
            Text.wrap(out, INDENT, "lease for another " + Text.seconds(lease) + device);
        }
    }

    /** The best one to be had, when none is added. */
    private static @Nullable Uplink unused(List<Uplink> uplinks) {
        for (Uplink uplink : uplinks) if (uplink.added()) return null;
        for (Uplink uplink : uplinks) if (!uplink.state().equals("unavailable")) return uplink;
        return null;
    }

    private static @Nullable String colour(String state) {
        return switch (state) {
            case "active" -> "\033[1;32m";
            case "ready" -> "\033[32m";
            case "connecting" -> "\033[33m";
            case "unavailable" -> "\033[31m";
            default -> null;
        };
    }
}
