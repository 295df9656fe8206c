package org.wguplink.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A command line, taken apart by the table. */
final class Invocation {
    private final List<String> words = new ArrayList<>();
    /** No EnumMap: it looks its keys up by reflection, which takes milliseconds of a fresh process. */
    private final Map<Option, String> options = new HashMap<>();

    private @Nullable Command command;
    private int commandWords;

    private Invocation() {}

    /**
     * Finds options and words; whether they make a command is {@link #resolve}'s question, since {@code --help} and
     * {@code --json} count even when they do not.
     */
    static Invocation scan(String[] args) throws CliException {
        var invocation = new Invocation();
        @Nullable CliException wrong = null;
        boolean onlyWords = false;
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            if (onlyWords || !arg.startsWith("-") || arg.equals("-")) invocation.words.add(arg);
            else if (arg.equals("--")) onlyWords = true;
            else {
                int equals = arg.indexOf('=');
                String flag = equals < 0 ? arg : arg.substring(0, equals);
                @Nullable Option option = option(flag);
                if (option == null) {
                    if (wrong == null) wrong = Suggestion.unknownOption(flag);
                } else if (option.isValueOptional()) {
                    boolean number = equals < 0 && i + 1 < args.length && Text.isDigits(args[i + 1]);
                    invocation.options.put(option, number ? args[++i] : equals < 0 ? "" : arg.substring(equals + 1));
                } else if (option.value() == null) {
                    if (equals >= 0) wrong = CliException.usage(flag + " takes no value");
                    invocation.options.put(option, "");
                } else if (equals >= 0) invocation.options.put(option, arg.substring(equals + 1));
                else if (i + 1 < args.length) invocation.options.put(option, args[++i]);
                else wrong = CliException.usage(flag + " needs a value: " + option.usage());
            }
        }
        if (!invocation.words.isEmpty() && invocation.words.getFirst().equals("help")) {
            invocation.words.removeFirst();
            invocation.options.put(Option.HELP, "");
        }
        if (wrong != null) throw wrong;
        return invocation;
    }

    /** The command, with the arguments and options that it takes. */
    Command resolve() throws CliException {
        @Nullable Command found = find();
        if (found == null) throw Suggestion.unknownCommand(words);
        int given = words.size() - commandWords;
        boolean optional =
                !found.arguments().isEmpty() && found.arguments().getLast().isOptional();
        if (given < found.arguments().size() - (optional ? 1 : 0))
            throw CliException.usage(found.words() + ": "
                    + found.arguments().get(given).label() + " is missing; usage: " + found.usage());
        if (given > found.arguments().size())
            throw CliException.usage(found.words() + ": '"
                    + words.get(commandWords + found.arguments().size()) + "' is one word too many; usage: "
                    + found.usage());
        for (Option option : Option.values())
            if (has(option) && !option.isGlobal() && !found.options().contains(option))
                throw CliException.usage(
                        option.flag() + " does not belong to '" + found.words() + "'; usage: " + found.usage());
        return found;
    }

    /** The command that the words begin with, arguments unchecked; null when there is none. */
    @Nullable
    Command find() {
        if (command != null) return command;
        for (Command candidate : Commands.ALL) {
            int length = matching(candidate.words());
            if (length > commandWords) {
                command = candidate;
                commandWords = length;
            }
        }
        return command;
    }

    List<String> words() {
        return words;
    }

    /** Null when it may be left away, and is. */
    @Nullable
    String optionalArgument(int index) {
        return commandWords + index < words.size() ? argument(index) : null;
    }

    String argument(int index) {
        return words.get(commandWords + index);
    }

    boolean has(Option option) {
        return options.containsKey(option);
    }

    @Nullable
    String value(Option option) {
        return options.get(option);
    }

    /** How many of our words are {@code name}'s; 0 unless all of its are there. */
    private int matching(String name) {
        int count = 0;
        int start = 0;
        while (start <= name.length()) {
            int end = name.indexOf(' ', start);
            if (end < 0) end = name.length();
            if (count == words.size() || !words.get(count).equals(name.substring(start, end))) return 0;
            count++;
            start = end + 1;
        }
        return count;
    }

    private static @Nullable Option option(String flag) {
        if (flag.equals("-h")) return Option.HELP;
        if (flag.equals("-V")) return Option.VERSION;
        for (Option option : Option.values()) if (option.flag().equals(flag)) return option;
        return null;
    }
}
