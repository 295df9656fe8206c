package org.wguplink.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Version;

/** The program. */
public final class Wgctl {
    private Wgctl() {}

    public static void main(String[] args) {
        Terminal terminal = Terminal.ofProcess();
        int exit = run(args, terminal);
        terminal.err().flush();
        boolean lost = terminal.outputIsLost();
        if (exit == 0 && lost) {
            terminal.err().println("wgctl: the output cannot be written (a full disk?)");
            terminal.err().flush();
            exit = CliException.NO;
        }
        // not System.exit: it starts the logging system to log the exit. There is nothing to clean up.
        if (exit != 0) Runtime.getRuntime().halt(exit);
    }

    /** One call of the program, with no person at hand; returns the exit status. */
    public static int run(String[] args, Map<String, String> env, InputStream in, PrintStream out, PrintStream err) {
        return run(args, new Terminal(env, in, out, err, false, false));
    }

    static int run(String[] args, Terminal terminal) {
        try {
            return run(Invocation.scan(args), terminal);
        } catch (CliException e) {
            return failed(args, terminal, e);
        } catch (IOException e) {
            return failed(args, terminal, CliException.no(message(e)));
        }
    }

    private static int run(Invocation invocation, Terminal terminal) throws CliException, IOException {
        if (invocation.has(Option.VERSION)) {
            terminal.out().println("wgctl " + Version.text());
            return 0;
        }
        if (invocation.has(Option.HELP)) {
            terminal.out().print(Help.of(invocation));
            return 0;
        }
        Command command = invocation.resolve();
        var session = new Session(invocation, terminal, root(invocation, terminal));
        return switch (command.action()) {
            case STATUS, UPLINK_STATUS ->
                invocation.has(Option.WATCH) ? WatchCommand.run(session) : UplinkCommands.status(session);
            case UPLINK_LIST -> UplinkCommands.list(session);
            case UPLINK_ADD -> UplinkCommands.add(session);
            case UPLINK_REMOVE -> UplinkCommands.remove(session);
            case UPLINK_FAILOVER -> UplinkCommands.failover(session);
            case UPLINK_TEST -> TestCommand.run(session);
            case UPLINK_MEASURE -> MeasureCommand.run(session);
            case UPLINK_WHY -> UplinkCommands.why(session);
            case UPLINK_PRIORITY -> UplinkCommands.priority(session);
            case UPLINK_DRAIN -> UplinkCommands.drain(session);
            case UPLINK_OFFER -> UplinkCommands.offer(session);
            case UPLINK_WITHDRAW -> UplinkCommands.withdraw(session);
            case MESH_INIT -> MeshCommands.init(session);
            case MESH_ID -> MeshCommands.id(session);
            case MESH_APPROVE -> MeshCommands.approve(session);
            case MESH_IMPORT -> MeshCommands.importRoster(session);
            case MESH_SHOW -> MeshCommands.show(session);
            case COMPLETION -> Completion.print(session);
        };
    }

    private static Path root(Invocation invocation, Terminal terminal) {
        @Nullable String given = invocation.value(Option.ROOT);
        if (given == null) given = terminal.env().get("WGUPLINK_ROOT");
        return Path.of(given == null || given.isEmpty() ? "/" : given);
    }

    private static int failed(String[] args, Terminal terminal, CliException e) {
        terminal.err().println("wgctl: " + Text.printable(e.text()));
        boolean json = false;
        for (String arg : args) json |= arg.equals(Option.JSON.flag());
        if (json) terminal.out().println(JsonText.error(e.code(), e.text()));
        return e.exit();
    }

    private static String message(IOException e) {
        String type = e.getClass().getSimpleName();
        return e.getMessage() == null ? type : e.getMessage() + " (" + type + ")";
    }
}
