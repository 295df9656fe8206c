package org.wguplink.cli;

import org.jspecify.annotations.Nullable;

/** The options; the global ones belong to every command and may stand anywhere. */
enum Option {
    ROOT("--root", "DIR", true, "find every file under DIR (or WGUPLINK_ROOT)"),
    JSON("--json", null, true, "answer in JSON, errors too"),
    HELP("--help", null, true, "say what a command does, with examples"),
    VERSION("--version", null, true, "say which wgctl this is"),
    YES("--yes", null, false, "do not ask"),
    WATCH("--watch", "[SECONDS]", false, "go on showing it; figures every SECONDS (2)"),
    NOW("--now", null, false, "end what is left at once"),
    SECONDS("--seconds", "N", false, "how long, 1 to 10 (3)"),
    UNDO("--undo", null, false, "use it again"),
    PEER_ID("--peer-id", "ID", false, "the node's name in the mesh");

    private final String flag;
    private final @Nullable String value;
    private final boolean global;
    private final String summary;

    Option(String flag, @Nullable String value, boolean global, String summary) {
        this.flag = flag;
        this.value = value;
        this.global = global;
        this.summary = summary;
    }

    String flag() {
        return flag;
    }

    /** Whether the value may be left away; it is then a number, or it would be taken for the next word. */
    boolean isValueOptional() {
        return this == WATCH;
    }

    /** What the value is called; null when the option takes none. */
    @Nullable
    String value() {
        return value;
    }

    boolean isGlobal() {
        return global;
    }

    String summary() {
        return summary;
    }

    /** {@code --root DIR} */
    String usage() {
        return value == null ? flag : flag + " " + value;
    }
}
