package org.wguplink.openwrt.uci;

/**
 * One command of the text and where it stands, as offsets into the text.
 *
 * @param section index of the section that it opens or belongs to
 * @param name the section's or option's name, empty when anonymous
 * @param value the section's type or the option's value
 * @param line 1 for the first line
 * @param lineStart start of the line (continuations included) that holds it
 * @param lineEnd end of that line, its newline included
 */
record Statement(Kind kind, int section, Word keyword, Word name, Word value, int line, int lineStart, int lineEnd) {
    enum Kind {
        CONFIG,
        OPTION,
        LIST
    }

    /**
     * A word as libuci reads it.
     *
     * @param start its first character, an opening quote included
     * @param end behind its last character
     */
    record Word(String text, int start, int end) {
        boolean isMissing() {
            return start == end;
        }
    }

    int start() {
        return keyword.start();
    }

    /** Behind the last word that is there. */
    int end() {
        int end = keyword.end();
        if (!name.isMissing()) end = Math.max(end, name.end());
        return value.isMissing() ? end : Math.max(end, value.end());
    }

    boolean says(String option) {
        return kind != Kind.CONFIG && name.text().equals(option);
    }
}
