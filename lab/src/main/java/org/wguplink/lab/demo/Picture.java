package org.wguplink.lab.demo;

import java.util.List;
import java.util.Optional;
import org.wguplink.lab.demo.Canvas.Style;

/**
 * One moment of the demo, and how it is drawn.
 *
 * @param elapsedS since the start
 * @param nodes in order
 * @param consumer the node whose LAN is watched
 * @param exit the node by whose WAN that LAN's packets leave now; empty when nothing comes back, or nothing is sent yet
 * @param freshExit the same for flows that begin now
 * @param strip the LAN host's packets, a letter per span: the exit's name, {@code .} for silence, {@code ~} for losses
 * @param notes the latest steps and facts, oldest first
 */
record Picture(
        long elapsedS,
        List<Node> nodes,
        String consumer,
        Optional<String> exit,
        Optional<String> freshExit,
        String strip,
        List<Note> notes) {
    /** Columns of the strip. */
    static final int STRIP = 76;
    /** Lines for notes. */
    static final int NOTES = 6;

    private static final int PITCH = 19;
    private static final int FIRST_CENTRE = 11;
    private static final int BOX = 15;

    /**
     * @param line the kind of internet line it has
     * @param state what its daemon says, in two short lines
     */
    record Node(String name, boolean wanBroken, String line, String state, String detail) {}

    /** @param measured a fact rather than a step */
    record Note(String text, boolean measured) {}

    Canvas draw() {
        Canvas canvas = new Canvas();
        canvas.put(0, 2, "wg-uplink", Style.BOLD);
        canvas.put(0, 13, "a peer's internet when your own fails", Style.PLAIN);
        canvas.put(0, 73, "%d:%02d".formatted(elapsedS / 60, elapsedS % 60), Style.DIM);
        drawInternet(canvas);
        for (int i = 0; i < nodes.size(); i++) drawNode(canvas, nodes.get(i), centre(i));
        drawMesh(canvas);
        drawLan(canvas);
        int row = 17;
        for (Note note : notes.subList(Math.max(0, notes.size() - NOTES), notes.size())) {
            canvas.put(row, 2, note.measured() ? "=>" : "--", note.measured() ? Style.GOOD : Style.DIM);
            canvas.put(row++, 5, note.text(), note.measured() ? Style.BOLD : Style.PLAIN);
        }
        canvas.put(23, 2, "Ctrl-C ends the demo and removes everything", Style.DIM);
        return canvas;
    }

    private void drawInternet(Canvas canvas) {
        canvas.put(2, 2, "═".repeat(76), Style.DIM);
        canvas.putCentred(2, 40, " the internet   8.8.8.8   1.1.1.1   9.9.9.9 ", Style.BOLD);
    }

    private void drawNode(Canvas canvas, Node node, int centre) {
        boolean used = exit.filter(node.name()::equals).isPresent();
        boolean rescued = node.name().equals(consumer) && exit.isPresent() && !used;
        Style wan = node.wanBroken() ? Style.BAD : used ? Style.PATH : Style.GOOD;
        Style frame = used || rescued ? Style.PATH : Style.PLAIN;
        String wire = node.wanBroken() ? "╳" : used ? "║" : "│";
        canvas.put(3, centre, wire, wan);
        canvas.put(4, centre, wire, wan);
        canvas.put(
                4, centre + 2, node.wanBroken() ? "WAN dead" : node.line(), node.wanBroken() ? Style.BAD : Style.DIM);
        String edge = "─".repeat(BOX - 2);
        int left = centre - BOX / 2;
        canvas.put(5, left, "┌" + edge + "┐", frame);
        for (int row = 6; row <= 8; row++) canvas.put(row, left, "│" + " ".repeat(BOX - 2) + "│", frame);
        canvas.put(9, left, "└" + edge + "┘", frame);
        canvas.put(5, centre, node.wanBroken() ? "╳" : used ? "╨" : "┴", wan);
        canvas.putCentred(6, centre, "node " + node.name(), Style.BOLD);
        canvas.putCentred(7, centre, fitting(node.state()), frame);
        canvas.putCentred(8, centre, fitting(node.detail()), Style.DIM);
        boolean carries = rescued || (used && !node.name().equals(consumer));
        canvas.put(9, centre, carries ? "╥" : "┬", frame);
    }

    /** The underlay that stays up; doubled between the consumer and the provider that carries its traffic. */
    private void drawMesh(Canvas canvas) {
        int own = centreOf(consumer);
        int provider = exit.map(this::centreOf).orElse(own);
        for (int column = centre(0); column <= centre(nodes.size() - 1); column++) {
            boolean carries = provider != own && column >= Math.min(own, provider) && column <= Math.max(own, provider);
            canvas.put(10, column, carries ? "═" : "─", carries ? Style.PATH : Style.DIM);
        }
        for (int i = 0; i < nodes.size(); i++) {
            boolean end = provider != own && (centre(i) == own || centre(i) == provider);
            if (end) canvas.put(10, centre(i), centre(i) == Math.min(own, provider) ? "╚" : "╝", Style.PATH);
            else if (i == 0) canvas.put(10, centre(i), "└", Style.DIM);
            else if (i == nodes.size() - 1) canvas.put(10, centre(i), "┘", Style.DIM);
            else if (!isCarrying(centre(i), own, provider)) canvas.put(10, centre(i), "┴", Style.DIM);
        }
        canvas.putCentred(11, 40, "mesh: WireGuard tunnels between all nodes, always up", Style.DIM);
    }

    private static boolean isCarrying(int column, int own, int provider) {
        return provider != own && column > Math.min(own, provider) && column < Math.max(own, provider);
    }

    private void drawLan(Canvas canvas) {
        if (strip.isBlank()) return;
        canvas.put(13, 2, "a host in %s's LAN -> 8.8.8.8".formatted(consumer), Style.BOLD);
        String way = exit.map(this::way).orElse("nothing comes back");
        canvas.put(13, 32, way, style(exit));
        for (int i = 0; i < strip.length(); i++) {
            char cell = strip.charAt(i);
            Style style = switch (cell) {
                case '.' -> Style.BAD;
                case '~' -> Style.WARN;
                default -> consumer.indexOf(cell) == 0 ? Style.GOOD : Style.PATH;
            };
            canvas.put(14, 2 + STRIP - strip.length() + i, String.valueOf(cell), style);
        }
        canvas.put(15, 2, "a letter: by whose WAN, for 1/4 s   . no reply   ~ some lost", Style.DIM);
        canvas.put(16, 2, "flows that begin now", Style.BOLD);
        canvas.put(16, 32, freshExit.map(this::way).orElse("nothing comes back"), style(freshExit));
    }

    private Style style(Optional<String> way) {
        if (way.isEmpty()) return Style.BAD;
        return way.get().equals(consumer) ? Style.GOOD : Style.PATH;
    }

    private String way(String name) {
        return name.equals(consumer)
                ? "leaves by %s's own WAN".formatted(name)
                : "tunnel to node%1$s, leaves by %1$s's WAN".formatted(name);
    }

    private static String fitting(String text) {
        return text.substring(0, Math.min(text.length(), BOX - 2));
    }

    private int centreOf(String name) {
        for (int i = 0; i < nodes.size(); i++) if (nodes.get(i).name().equals(name)) return centre(i);
        return centre(0);
    }

    private static int centre(int index) {
        return FIRST_CENTRE + PITCH * index;
    }
}
