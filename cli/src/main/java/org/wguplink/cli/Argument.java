package org.wguplink.cli;

/** The kinds of argument, by what they are called in the help. */
enum Argument {
    PEER("PEER", "a peer id, as 'wgctl uplink list' shows it"),
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

    String label() {
        return label;
    }

    String meaning() {
        return meaning;
    }
}
