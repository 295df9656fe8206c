package org.wguplink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InvocationTest {
    /** @param expected the command's words and arguments, or the error */
    record Case(String line, String expected) {}

    static Stream<Case> cases() {
        return Stream.of(
                new Case("status", "status"),
                new Case("--json status", "status"),
                new Case("status --json --root /x", "status"),
                new Case("--root=/x uplink list", "uplink list"),
                new Case("uplink --root /x add nodeA --yes", "uplink add [nodeA]"),
                new Case("uplink priority nodeA 20", "uplink priority [nodeA, 20]"),
                new Case("uplink remove -- --odd", "uplink remove [--odd]"),
                new Case("mesh approve -", "mesh approve [-]"),
                new Case("mesh id --peer-id nodeB", "mesh id"),
                new Case("status --watch", "status"),
                new Case("status --watch 5 --json", "status"),
                new Case("--watch=5 uplink status", "uplink status"),
                new Case("--watch uplink status", "uplink status"),
                new Case(
                        "status --watch 5 6",
                        "status: '6' is one word too many; usage: wgctl status [--watch [SECONDS]]"),
                new Case("uplink list --watch", "--watch does not belong to 'uplink list'; usage: wgctl uplink list"),
                new Case("", "no command; 'wgctl --help' lists them"),
                new Case("statsu", "unknown command 'statsu'; did you mean 'status'?"),
                new Case("upl list", "unknown command 'upl'; did you mean 'uplink'?"),
                new Case("list", "unknown command 'list'; did you mean 'uplink list'?"),
                new Case("zzzzzz", "unknown command 'zzzzzz'; 'wgctl --help' lists what there is"),
                new Case("mesh", "'mesh' needs a command: init, id, approve, import, show"),
                new Case("uplink lsit", "unknown command 'uplink lsit'; did you mean 'list'?"),
                new Case("uplink add", "uplink add: PEER is missing; usage: wgctl uplink add PEER [--yes]"),
                new Case(
                        "uplink remove a b",
                        "uplink remove: 'b' is one word too many; usage: wgctl uplink remove PEER"),
                new Case("status --yes", "--yes does not belong to 'status'; usage: wgctl status [--watch [SECONDS]]"),
                new Case("status --jsn", "unknown option '--jsn'; did you mean '--json'?"),
                new Case("status --root", "--root needs a value: --root DIR"),
                new Case("status --json=1", "--json takes no value"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsByTheTable(Case row) {
        String[] args = row.line().isEmpty() ? new String[0] : row.line().split(" ", -1);
        assertThat(read(args)).isEqualTo(row.expected());
    }

    private static String read(String[] args) {
        try {
            Invocation invocation = Invocation.scan(args);
            Command command = invocation.resolve();
            int words = command.words().split(" ", -1).length;
            List<String> arguments =
                    invocation.words().subList(words, invocation.words().size());
            return command.words() + (arguments.isEmpty() ? "" : " " + arguments);
        } catch (CliException e) {
            assertThat(e.exit()).isEqualTo(2);
            return e.text();
        }
    }
}
