package org.wguplink.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One command being carried out. */
record Session(Invocation invocation, Terminal terminal, Path root) {
    boolean json() {
        return invocation.has(Option.JSON);
    }

    @Nullable
    String option(Option option) {
        return invocation.value(option);
    }

    boolean yes() {
        return invocation.has(Option.YES);
    }

    boolean has(Option option) {
        return invocation.has(option);
    }

    @Nullable
    String optionalArgument(int index) {
        return invocation.optionalArgument(index);
    }

    String argument(int index) {
        return invocation.argument(index);
    }

    @Nullable
    String peerId() {
        return invocation.value(Option.PEER_ID);
    }

    /** Directory of keys and roster. */
    Path meshDirectory() {
        return root.resolve("etc/wireguard-uplink");
    }

    void print(String text) {
        terminal.out().print(text);
    }

    void println(String line) {
        terminal.out().println(line);
    }

    /** A message for a person only; silent where the output is for a program. */
    void note(String line) {
        if (!json()) terminal.out().println(line);
    }
}
