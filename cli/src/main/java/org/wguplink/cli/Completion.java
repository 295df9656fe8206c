package org.wguplink.cli;

import java.util.ArrayList;
import java.util.List;

/** The completion script for bash, made from the table. */
final class Completion {
    private Completion() {}

    static int print(Session session) throws CliException {
        if (!session.argument(0).equals("bash"))
            throw CliException.usage("completion: '" + session.argument(0) + "'; expected bash");
        session.print(bash());
        return 0;
    }

    static String bash() {
        var groups = new ArrayList<String>();
        for (Command command : Commands.ALL) if (!groups.contains(command.group())) groups.add(command.group());
        var out = new StringBuilder("# bash completion for wgctl: made by 'wgctl completion bash'\n_wgctl() {\n")
                .append("    local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\"\n")
                .append("    local words=() skip= w i\n    COMPREPLY=()\n");
        values(out);
        out.append("    for ((i = 1; i < COMP_CWORD; i++)); do\n        w=\"${COMP_WORDS[i]}\"\n")
                .append("        if [[ $skip ]]; then skip=; continue; fi\n        case \"$w\" in\n            ")
                .append(valued())
                .append(") skip=1 ;;\n            -?*) ;;\n            *) words+=(\"$w\") ;;\n        esac\n    done\n")
                .append("    if [[ $cur == -* ]]; then\n        local flags=\"")
                .append(flags(true))
                .append("\"\n        case \"${words[*]}\" in\n");
        for (Command command : Commands.ALL)
            if (!command.options().isEmpty()) {
                out.append("            \"").append(command.words()).append("\"*) flags+=\"");
                for (Option option : command.options()) out.append(' ').append(option.flag());
                out.append("\" ;;\n");
            }
        out.append("        esac\n        COMPREPLY=($(compgen -W \"$flags\" -- \"$cur\"))\n        return\n    fi\n")
                .append("    case \"${words[*]}\" in\n        \"\") COMPREPLY=($(compgen -W \"")
                .append(String.join(" ", groups))
                .append("\" -- \"$cur\")) ;;\n");
        for (String group : groups) subcommands(out, group);
        for (Command command : Commands.ALL) arguments(out, command);
        return out.append("    esac\n}\ncomplete -F _wgctl wgctl\n").toString();
    }

    private static void values(StringBuilder out) {
        out.append("    case \"$prev\" in\n        ")
                .append(Option.ROOT.flag())
                .append(") COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n        ")
                .append(Option.PEER_ID.flag())
                .append(") return ;;\n    esac\n");
    }

    private static void subcommands(StringBuilder out, String group) {
        var second = new ArrayList<String>();
        for (Command command : Commands.ALL)
            if (command.group().equals(group) && command.words().length() > group.length())
                second.add(command.words().substring(group.length() + 1));
        if (!second.isEmpty()) row(out, group, "compgen -W \"" + String.join(" ", second) + "\"");
    }

    private static void arguments(StringBuilder out, Command command) {
        List<Argument> arguments = command.arguments();
        if (arguments.isEmpty()) return;
        switch (arguments.getFirst()) {
            case PEER ->
                row(
                        out,
                        command.words(),
                        "compgen -W \"$(wgctl --json uplink list 2>/dev/null"
                                + " | grep -o '\"peer_id\":\"[^\"]*\"' | cut -d'\"' -f4)\"");
            case SWITCH -> row(out, command.words(), "compgen -W \"enable disable\"");
            case SHELL -> row(out, command.words(), "compgen -W \"bash\"");
            case FILE -> row(out, command.words(), "compgen -f");
            case WEIGHT -> {}
        }
    }

    private static void row(StringBuilder out, String words, String source) {
        out.append("        \"")
                .append(words)
                .append("\") COMPREPLY=($(")
                .append(source)
                .append(" -- \"$cur\")) ;;\n");
    }

    private static String flags(boolean global) {
        var flags = new StringBuilder();
        for (Option option : Option.values())
            if (option.isGlobal() == global)
                flags.append(flags.isEmpty() ? "" : " ").append(option.flag());
        return flags.toString();
    }

    private static String valued() {
        var flags = new StringBuilder();
        for (Option option : Option.values())
            if (option.value() != null) flags.append(flags.isEmpty() ? "" : "|").append(option.flag());
        return flags.toString();
    }
}
