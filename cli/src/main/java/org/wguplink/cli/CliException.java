package org.wguplink.cli;

/** An error that a person reads; it carries the exit status. */
final class CliException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The exit statuses; docs/CLI.md has them all in one table. */
    static final int NO = 1;

    static final int USAGE = 2;
    static final int UNREACHABLE = 3;
    /** Of {@code uplink test}: what is at fault. */
    static final int TUNNEL = 4;

    static final int PROVIDER = 5;
    static final int INTERNET = 6;

    private final int exit;
    private final int code;

    /** @param code for {@code --json}: the node's JSON-RPC code, or the exit status */
    CliException(int exit, int code, String message) {
        super(message);
        this.exit = exit;
        this.code = code;
    }

    static CliException no(String message) {
        return new CliException(NO, NO, message);
    }

    static CliException usage(String message) {
        return new CliException(USAGE, USAGE, message);
    }

    static CliException unreachable(String message) {
        return new CliException(UNREACHABLE, UNREACHABLE, message);
    }

    int exit() {
        return exit;
    }

    int code() {
        return code;
    }

    String text() {
        String message = getMessage();
        return message == null ? "failed" : message;
    }
}
