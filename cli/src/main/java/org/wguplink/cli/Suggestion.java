package org.wguplink.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Errors for what the table does not know, with the nearest thing that it does. Loaded only when needed. */
final class Suggestion {
    private Suggestion() {}

    static CliException unknownOption(String flag) {
        var flags = new ArrayList<String>();
        for (Option option : Option.values()) flags.add(option.flag());
        return CliException.usage("unknown option '" + flag + "'" + nearest(flag, flags));
    }

    static CliException unknownCommand(List<String> words) {
        if (words.isEmpty()) return CliException.usage("no command; 'wgctl --help' lists them");
        String first = words.getFirst();
        var groups = new ArrayList<String>();
        var second = new ArrayList<String>();
        for (Command command : Commands.ALL) {
            if (!groups.contains(command.group())) groups.add(command.group());
            if (command.group().equals(first) && command.words().length() > first.length())
                second.add(command.words().substring(first.length() + 1));
        }
        if (second.isEmpty()) {
            @Nullable String whole = words.size() == 1 ? whole(first) : null;
            String hint = whole == null ? nearest(first, groups) : "; did you mean '" + whole + "'?";
            return CliException.usage("unknown command '" + first + "'" + hint);
        }
        if (words.size() == 1)
            return CliException.usage("'" + first + "' needs a command: " + String.join(", ", second));
        return CliException.usage(
                "unknown command '" + first + " " + words.get(1) + "'" + nearest(words.get(1), second));
    }

    /** The command that a lone second word means: {@code list}. */
    private static @Nullable String whole(String word) {
        for (Command command : Commands.ALL) if (command.words().endsWith(" " + word)) return command.words();
        return null;
    }

    private static String nearest(String word, List<String> candidates) {
        @Nullable String best = null;
        int bestDistance = Math.max(2, word.length() / 3) + 1;
        for (String candidate : candidates) {
            boolean begun = !word.isEmpty() && candidate.startsWith(word);
            int distance = begun ? 1 : distance(word, candidate);
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best == null ? "; 'wgctl --help' lists what there is" : "; did you mean '" + best + "'?";
    }

    /** Edits between two words, a swap of neighbours counted as one (optimal string alignment). */
    static int distance(String a, String b) {
        if (a.length() > 40) return a.length();
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) d[i][0] = i;
        for (int j = 0; j <= b.length(); j++) d[0][j] = j;
        for (int i = 1; i <= a.length(); i++)
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1))
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
            }
        return d[a.length()][b.length()];
    }
}
