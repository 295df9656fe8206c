package org.wguplink.cli;

/** Plain text for a terminal of 80 columns. */
final class Text {
    static final int WIDTH = 80;

    private Text() {}

    /**
     * What may reach a terminal: control characters of strings that come from other nodes would move the cursor or
     * worse, so they become '?'.
     */
    static String printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isControl(text.charAt(i))) continue;
            char[] safe = text.toCharArray();
            for (int j = i; j < safe.length; j++) if (isControl(safe[j])) safe[j] = safe[j] == '\n' ? ' ' : '?';
            return new String(safe);
        }
        return text;
    }

    /** Appends {@code first} and the text, broken at blanks; further lines begin with as many blanks as first has. */
    static void wrap(StringBuilder out, String first, String text) {
        String rest = printable(text).strip();
        int room = Math.max(20, WIDTH - first.length());
        out.append(first);
        while (rest.length() > room) {
            int cut = rest.lastIndexOf(' ', room);
            boolean blank = cut > 0;
            if (!blank) cut = room;
            out.append(rest, 0, cut).append('\n').append(" ".repeat(first.length()));
            rest = rest.substring(blank ? cut + 1 : cut).stripLeading();
        }
        out.append(rest).append('\n');
    }

    /** A sentence as part of a longer one. */
    static String clause(String sentence) {
        String text = sentence.strip();
        while (text.endsWith(".")) text = text.substring(0, text.length() - 1);
        return text;
    }

    /** A number of at most four digits; -1 when it is none. */
    static int number(String text) {
        return text.length() <= 4 && isDigits(text) ? Integer.parseInt(text) : -1;
    }

    static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) if (text.charAt(i) < '0' || text.charAt(i) > '9') return false;
        return !text.isEmpty();
    }

    static String left(String text, int width) {
        return text.length() >= width ? text : text + " ".repeat(width - text.length());
    }

    static String right(String text, int width) {
        return text.length() >= width ? text : " ".repeat(width - text.length()) + text;
    }

    /** {@code 8.3 ms} below ten, {@code 12 ms} from there on. */
    static String milliseconds(double ms) {
        if (ms >= 9.95) return Math.round(ms) + " ms";
        long tenths = Math.round(ms * 10);
        return tenths % 10 == 0 ? tenths / 10 + " ms" : tenths / 10 + "." + tenths % 10 + " ms";
    }

    /** {@code 512 B}, {@code 1.2 MB}: powers of 1000. */
    static String bytes(long bytes) {
        if (bytes < 1000) return bytes + " B";
        String units = "kMGTPE";
        double value = bytes;
        int unit = -1;
        while (value >= 999.95 && unit + 1 < units.length()) {
            value /= 1000;
            unit++;
        }
        long tenths = Math.round(value * 10);
        return (value < 99.95 ? tenths / 10 + "." + tenths % 10 : Long.toString(Math.round(value))) + " "
                + units.charAt(unit) + "B";
    }

    /** {@code 45 s}, {@code 12 min}, {@code 3 h}. */
    static String seconds(long seconds) {
        if (seconds < 120) return seconds + " s";
        return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    private static boolean isControl(char c) {
        return c < ' ' || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    }
}
