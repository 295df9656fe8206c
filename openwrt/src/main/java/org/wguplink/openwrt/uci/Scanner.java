package org.wguplink.openwrt.uci;

import org.wguplink.openwrt.uci.Statement.Word;

/**
 * Cuts text into words as libuci's {@code file.c} does, on its window of one line: the window grows where a quote or a
 * backslash goes on over the line's end. {@link #NONE} stands for the string's end that libuci meets there.
 */
final class Scanner {
    static final char NONE = '\0';

    private final String file;
    private final String text;
    private int position;
    private int lineStart;
    /** End of the window; the position reaches it when the line is used up. */
    private int lineEnd;

    private int line;
    private int countedTo;
    private int countedLines = 1;

    Scanner(String file, String text) throws UciException {
        this.file = file;
        this.text = text;
        int nul = text.indexOf(NONE);
        if (nul >= 0) throw new UciException(file, lineAt(nul), "a NUL character", "text");
    }

    /** Moves to the next line; false at the end of the text. */
    boolean nextLine() {
        if (lineEnd == text.length()) return false;
        position = lineEnd;
        lineStart = lineEnd;
        growWindow();
        skipSpace();
        return true;
    }

    int lineStart() {
        return lineStart;
    }

    int lineEnd() {
        return lineEnd;
    }

    /** The command word at the position (libuci: {@code strtok}, so only blanks end it); empty at the line's end. */
    Word keyword() {
        while (current() == ' ' || current() == '\t') position++;
        int start = position;
        line = lineAt(start);
        while (current() != NONE && current() != ' ' && current() != '\t') position++;
        Word word = new Word(text.substring(start, position), start, position);
        if (current() != NONE) position++;
        return word;
    }

    /** The next argument; empty when there is none. */
    Word argument() throws UciException {
        skipSpace();
        int start = position;
        if (current() == ';') {
            position++;
            return new Word("", start, start);
        }
        int begun = start;
        var value = new StringBuilder();
        do {
            char c = current();
            if (c == '\'' || c == '"') quoted(c, value);
            else if (c == '#') return rest(value, start);
            else if (c == NONE || c == ';') break;
            else if (c != '\\') take(value);
            else if (unescaped()) take(value);
            else if (value.isEmpty()) start = position; // joined before the word began
        } while (current() != NONE && !isSpace(current()));
        int end = position;
        // libuci ends an unquoted word in place, and so overwrites the ';' behind it with the string's end
        if (current() == ';' && value.length() == end - begun) return rest(value, start);
        if (current() != NONE && current() != ';') position++;
        return new Word(value.toString(), start, end);
    }

    /** Line of the command word last read, 1 for the first. */
    int line() {
        return line;
    }

    /** An error in the word that begins at {@code offset}. */
    UciException errorAt(int offset, String found, String expected) {
        return new UciException(file, lineAt(offset), found, expected);
    }

    /** An error in the command as a whole. */
    UciException error(String found, String expected) {
        return new UciException(file, line, found, expected);
    }

    private Word rest(StringBuilder value, int start) {
        Word word = new Word(value.toString(), start, position);
        position = lineEnd;
        return word;
    }

    private void quoted(char quote, StringBuilder value) throws UciException {
        int opened = position++;
        while (current() != quote) {
            if (current() == NONE) {
                if (lineEnd == text.length())
                    throw new UciException(
                            file, lineAt(opened), "a " + quote + " that is never closed", "a closing " + quote);
                growWindow();
            } else if (quote == '"' && current() == '\\') {
                if (unescaped()) take(value);
            } else take(value);
        }
        position++;
    }

    /** Steps over a backslash; false when it joined this line with the next instead of escaping a character. */
    private boolean unescaped() {
        position++;
        boolean crlf = text.startsWith("\r\n", position) && position + 2 == lineEnd;
        if (current() != NONE && current() != '\n' && !crlf) return true;
        position = lineEnd;
        growWindow();
        return false;
    }

    private void take(StringBuilder value) {
        value.append(text.charAt(position++));
    }

    private void skipSpace() {
        while (isSpace(current())) position++;
    }

    private char current() {
        return position < lineEnd ? text.charAt(position) : NONE;
    }

    private void growWindow() {
        int newline = text.indexOf('\n', lineEnd);
        lineEnd = newline < 0 ? text.length() : newline + 1;
    }

    /** Counts on from the last offset asked for; they only grow, but for an error's. */
    private int lineAt(int offset) {
        if (offset < countedTo) {
            countedTo = 0;
            countedLines = 1;
        }
        for (; countedTo < offset; countedTo++) if (text.charAt(countedTo) == '\n') countedLines++;
        return countedLines;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
}
