package org.wguplink.lab.demo;

import java.util.Arrays;

/** A grid of characters, each with a style. What does not fit is cut off. */
final class Canvas {
    static final int WIDTH = 80;
    static final int HEIGHT = 24;

    /** How a character looks; the code is an SGR parameter (ECMA-48, section 8.3.117). */
    enum Style {
        PLAIN("0"),
        BOLD("0;1"),
        DIM("0;2"),
        GOOD("0;32"),
        BAD("0;1;31"),
        PATH("0;1;36"),
        WARN("0;33");

        private final String code;

        Style(String code) {
            this.code = code;
        }

        String escape() {
            return "\u001b[" + code + "m";
        }
    }

    private final char[][] characters = new char[HEIGHT][WIDTH];
    private final Style[][] styles = new Style[HEIGHT][WIDTH];

    Canvas() {
        for (char[] row : characters) Arrays.fill(row, ' ');
        for (Style[] row : styles) Arrays.fill(row, Style.PLAIN);
    }

    void put(int row, int column, String text, Style style) {
        for (int i = 0; i < text.length(); i++) {
            int at = column + i;
            if (row < 0 || row >= HEIGHT || at < 0 || at >= WIDTH) continue;
            characters[row][at] = text.charAt(i);
            styles[row][at] = style;
        }
    }

    void putCentred(int row, int centre, String text, Style style) {
        put(row, centre - text.length() / 2, text, style);
    }

    /** One row as plain text, without blanks at its end. */
    String text(int row) {
        return new String(characters[row]).stripTrailing();
    }

    /** All rows, from the screen's top left corner, each erased to its end first drawn over. */
    String render(boolean colour) {
        StringBuilder all = new StringBuilder("\u001b[H");
        for (int row = 0; row < HEIGHT; row++) {
            if (row > 0) all.append("\r\n");
            render(row, colour, all);
            all.append("\u001b[K");
        }
        return all.toString();
    }

    private void render(int row, boolean colour, StringBuilder to) {
        Style current = Style.PLAIN;
        int end = text(row).length();
        for (int column = 0; column < end; column++) {
            if (colour && styles[row][column] != current) {
                current = styles[row][column];
                to.append(current.escape());
            }
            to.append(characters[row][column]);
        }
        if (current != Style.PLAIN) to.append(Style.PLAIN.escape());
    }
}
