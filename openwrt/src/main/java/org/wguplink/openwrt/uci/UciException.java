package org.wguplink.openwrt.uci;

/** A configuration text that libuci refuses. */
public final class UciException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final int line;

    UciException(String file, int line, String found, String expected) {
        super("%s, line %d: found %s; expected %s".formatted(file, line, found, expected));
        this.file = file;
        this.line = line;
    }

    public String file() {
        return file;
    }

    /** 1 for the first line. */
    public int line() {
        return line;
    }
}
