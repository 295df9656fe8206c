package org.wguplink.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Method;
import org.wguplink.control.Params;
import org.wguplink.control.Uplink;
import org.wguplink.control.UplinkList;

/**
 * Completion scripts, made from the table, and what they ask while a person types: {@code completion peers} prints the
 * peers that could be added, {@code completion uplinks} those that are. Both are quick, and silent when no daemon answers.
 */
final class Completion {
    static final String PEERS = "peers";
    static final String UPLINKS = "uplinks";

    private static final int PATIENCE_MS = 1_000;

    private Completion() {}

    static int print(Session session) throws CliException {
        switch (session.argument(0)) {
            case "bash" -> session.print(BashCompletion.script());
            case "zsh" -> session.print(ZshCompletion.script());
            case PEERS -> peers(session, false);
            case UPLINKS -> peers(session, true);
            default -> throw CliException.usage("completion: '" + session.argument(0) + "'; expected bash or zsh");
        }
        return 0;
    }

    private static void peers(Session session, boolean added) {
        try {
            String result = ControlClient.call(session.root(), Method.UPLINK_LIST, Params.NONE, PATIENCE_MS);
            for (Uplink uplink : ControlClient.decode(UplinkList.class, result).uplinks())
                if (uplink.added() == added && isPlain(uplink.peerId())) session.println(uplink.peerId());
        } catch (CliException e) {
            return; // nothing to complete, and nobody to tell
        }
    }

    /** A shell expands the words that it is given. */
    private static boolean isPlain(String peerId) {
        for (int i = 0; i < peerId.length(); i++) {
            char c = peerId.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '_') return false;
        }
        return !peerId.isEmpty();
    }

    /** The first words of all commands. */
    static List<String> groups() {
        var groups = new ArrayList<String>();
        for (Command command : Commands.ALL) if (!groups.contains(command.group())) groups.add(command.group());
        return groups;
    }

    /** The second words that may follow a first one. */
    static List<String> second(String group) {
        var second = new ArrayList<String>();
        for (Command command : Commands.ALL)
            if (command.group().equals(group) && command.words().length() > group.length())
                second.add(command.words().substring(group.length() + 1));
        return second;
    }

    /** The options that belong to every command. */
    static String globalFlags() {
        var flags = new StringBuilder();
        for (Option option : Option.values())
            if (option.isGlobal()) flags.append(flags.isEmpty() ? "" : " ").append(option.flag());
        return flags.toString();
    }

    /** The options whose value is a word of its own, as a pattern of a shell. */
    static String valued() {
        var flags = new StringBuilder();
        for (Option option : Option.values())
            if (option.value() != null && !option.isValueOptional())
                flags.append(flags.isEmpty() ? "" : "|").append(option.flag());
        return flags.toString();
    }

    /** What the first argument of a command may be. */
    sealed interface Source {
        record Words(String words) implements Source {}

        /** @param question of {@code wgctl completion} */
        record Daemon(String question) implements Source {}

        record Files() implements Source {}
    }

    static @Nullable Source source(Command command) {
        if (command.arguments().isEmpty()) return null;
        return switch (command.arguments().getFirst()) {
            case PEER -> new Source.Daemon(command.action() == Command.Action.UPLINK_ADD ? PEERS : UPLINKS);
            case SWITCH -> new Source.Words("enable disable");
            case SHELL -> new Source.Words("bash zsh");
            case FILE -> new Source.Files();
            case WEIGHT -> null;
        };
    }
}
