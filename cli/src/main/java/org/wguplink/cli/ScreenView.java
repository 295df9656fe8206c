package org.wguplink.cli;

import org.jspecify.annotations.Nullable;
import org.wguplink.control.Status;

/**
 * The whole terminal, given back as it was at the end, however that comes. The size of the terminal need not be known:
 * lines are placed by number, and a terminal takes a number beyond its last line as the last (ECMA-48, CUP); what is too
 * wide is cut by the terminal, since wrapping is off. The foot is written last, so it is never lost.
 */
final class ScreenView implements WatchView {
    private static final String ENTER = "\033[?1049h\033[?25l\033[?7l";
    private static final String LEAVE = "\033[?7h\033[?25h\033[?1049l";
    /** Before the text: behind a line as wide as the terminal the cursor stays on its last character. */
    private static final String ERASE_LINE = "\033[K";

    private static final String ERASE_REST = "\033[J";

    private final Terminal terminal;
    private final int seconds;
    private final Thread atExit = new Thread(this::leave);
    private String body = "";
    private @Nullable String trouble;
    private boolean left;

    ScreenView(Terminal terminal, int seconds) {
        this.terminal = terminal;
        this.seconds = seconds;
    }

    @Override
    public void show(Status status, String json) {
        if (body.isEmpty()) enter();
        body = StatusText.of(status, Times.since(status.since()), terminal.colour());
        trouble = null;
        draw();
    }

    @Override
    public void lost(CliException why) {
        trouble = why.text();
        draw();
    }

    /** Not before there is something to show: an error at the start belongs on the ordinary screen. */
    private synchronized void enter() {
        Runtime.getRuntime().addShutdownHook(atExit);
        terminal.out().print(ENTER);
    }

    private synchronized void draw() {
        if (left) return;
        var out = new StringBuilder();
        int row = 1;
        if (trouble != null) {
            var lines = new StringBuilder();
            Text.wrap(lines, "", trouble + "; waiting for it. This is its last word:");
            row = place(out, row, lines.append('\n').toString(), terminal.colour() ? "\033[1;31m" : "", ERASE_LINE);
        }
        row = place(out, row, body, "", ERASE_LINE);
        String foot = Times.clock() + "  figures every " + seconds + " s, changes at once; Ctrl-C ends it";
        place(out, row, "\n" + foot + "\n", "", ERASE_REST);
        terminal.out().print(out);
        terminal.out().flush();
    }

    private static int place(StringBuilder out, int row, String text, String colour, String erase) {
        int next = row;
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start);
            if (end < 0) end = text.length();
            out.append("\033[").append(next++).append(";1H").append(erase).append(colour);
            out.append(text, start, end).append(colour.isEmpty() ? "" : "\033[0m");
            start = end + 1;
        }
        return next;
    }

    private synchronized void leave() {
        if (left || body.isEmpty()) return;
        left = true;
        terminal.out().print(LEAVE);
        terminal.out().flush();
    }

    @Override
    public void close() {
        leave();
    }
}
