package org.wguplink.cli;

/** The kinds of argument, by what they are called in the help. */
enum Argument {
    PEER("PEER", "a peer id, as 'wgctl uplink list' shows it"),
    ANY_PATH("[PEER]", "a peer id, or the device of an own WAN"),
    WEIGHT("WEIGHT", "1 to 1000; lower = less preferred"),
    SWITCH("enable|disable", "switch by itself, or not"),
    FILE("FILE", "a file; '-' is the standard input"),
    SHELL("bash|zsh", "the shell");

    private final String label;
    private final String meaning;

    Argument(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /** Whether it may be left away; only the last one may. */
    boolean isOptional() {
        return this == ANY_PATH;
    }

    String label() {
        return label;
    }

    String meaning() {
        return meaning;
    }
}
