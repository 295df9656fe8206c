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

    /** How a shell says what may come next. */
    interface Shell {
        /** A case: after these words, these options too. */
        void flags(StringBuilder out, String words, String flags);

        /** A case: after exactly these words, one of these. */
        void words(StringBuilder out, String words, Source source);
    }

    /** Appends the case of every command that has options of its own. */
    static void flags(StringBuilder out, Shell shell) {
        for (Command command : Commands.ALL)
            if (!command.options().isEmpty()) shell.flags(out, command.words(), joined(command.options()));
    }

    /** Appends the cases of all words and first arguments. */
    static void words(StringBuilder out, Shell shell) {
        List<String> groups = groups();
        shell.words(out, "", new Source.Words(String.join(" ", groups)));
        for (String group : groups) {
            List<String> second = second(group);
            if (!second.isEmpty()) shell.words(out, group, new Source.Words(String.join(" ", second)));
        }
        for (Command command : Commands.ALL) {
            @Nullable Source source = source(command);
            if (source != null) shell.words(out, command.words(), source);
        }
    }

    private static List<String> groups() {
        var groups = new ArrayList<String>();
        for (Command command : Commands.ALL) if (!groups.contains(command.group())) groups.add(command.group());
        return groups;
    }

    /** The second words that may follow a first one. */
    private static List<String> second(String group) {
        var second = new ArrayList<String>();
        for (Command command : Commands.ALL)
            if (command.group().equals(group) && command.words().length() > group.length())
                second.add(command.words().substring(group.length() + 1));
        return second;
    }

    /** The options that belong to every command. */
    static String globalFlags() {
        var global = new ArrayList<Option>();
        for (Option option : Option.values()) if (option.isGlobal()) global.add(option);
        return joined(global);
    }

    private static String joined(List<Option> options) {
        var flags = new StringBuilder();
        for (Option option : options) flags.append(flags.isEmpty() ? "" : " ").append(option.flag());
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

    private static @Nullable Source source(Command command) {
        if (command.arguments().isEmpty()) return null;
        return switch (command.arguments().getFirst()) {
            case PEER -> new Source.Daemon(command.action() == Command.Action.UPLINK_ADD ? PEERS : UPLINKS);
            case ANY_PATH -> new Source.Daemon(UPLINKS);
            case SWITCH -> new Source.Words("enable disable");
            case SHELL -> new Source.Words("bash zsh");
            case FILE -> new Source.Files();
            case WEIGHT -> null;
        };
    }
}
