package org.wguplink.cli;

import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The help, made from the table. */
final class Help {
    private static final int COLUMN = 34;

    private Help() {}

    static String of(Invocation invocation) throws CliException {
        @Nullable Command command = invocation.find();
        if (command != null) return command(command);
        List<String> words = invocation.words();
        if (words.isEmpty()) return overview(null);
        for (Command candidate : Commands.ALL)
            if (words.size() == 1 && candidate.group().equals(words.getFirst())) return overview(words.getFirst());
        throw Suggestion.unknownCommand(words);
    }

    /** All commands, or those of one group. */
    private static String overview(@Nullable String group) {
        var out = new StringBuilder("Usage: wgctl [--root DIR] [--json] ")
                .append(group == null ? "COMMAND" : group + " COMMAND")
                .append("\n");
        if (group == null) out.append("Reverse multi-WAN over WireGuard: peers of the mesh as backup uplinks.\n");
        out.append("\nCommands:\n");
        for (Command command : Commands.ALL) {
            if (group != null && !command.group().equals(group)) continue;
            String usage = command.usage().substring("wgctl ".length());
            row(out, usage, command.summary());
        }
        out.append("\nOptions, anywhere on the line:\n");
        for (Option option : Option.values()) if (option.isGlobal()) row(out, option.usage(), option.summary());
        out.append("\n'wgctl COMMAND --help' says more, with examples.\n");
        if (group == null)
            out.append("Exit status: 0 done; 1 the node said no; 2 wrong usage; 3 no usable answer from\n")
                    .append("the daemon; of 'uplink test' 4, 5, 6: tunnel, provider, internet at fault;\n")
                    .append("130 ended by Ctrl-C.\n");
        return out.toString();
    }

    private static String command(Command command) {
        var out = new StringBuilder("Usage: ").append(command.usage()).append("\n\n");
        String summary = command.summary();
        Text.wrap(out, "", Character.toUpperCase(summary.charAt(0)) + summary.substring(1) + ".");
        for (String paragraph : command.about()) Text.wrap(out, "", paragraph);
        out.append('\n');
        for (Argument argument : new LinkedHashSet<>(command.arguments()))
            row(out, argument.label(), argument.meaning());
        for (Option option : command.options()) row(out, option.usage(), option.summary());
        for (Option option : Option.values()) if (option.isGlobal()) row(out, option.usage(), option.summary());
        out.append("\nExamples:\n");
        for (String example : command.examples())
            out.append("  ").append(example).append('\n');
        return out.toString();
    }

    private static void row(StringBuilder out, String what, String meaning) {
        String first = Text.left("  " + what, COLUMN);
        if (first.length() > COLUMN) {
            out.append(first).append('\n');
            first = " ".repeat(COLUMN);
        }
        Text.wrap(out, first, meaning);
    }
}
