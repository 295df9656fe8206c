package org.wguplink.cli;

import org.jspecify.annotations.Nullable;
import org.wguplink.cli.Completion.Source;

/** The completion script for zsh, to be autoloaded as {@code _wgctl} or sourced. */
final class ZshCompletion {
    private static final String HEAD = """
            #compdef wgctl
            # zsh completion for wgctl: made by 'wgctl completion zsh'
            _wgctl() {
                local cur=${words[CURRENT]} skip= w i
                local -a before root flags
                case ${words[CURRENT-1]} in
                    --root) _files -/; return ;;
                    --peer-id) return ;;
                esac
                for ((i = 2; i < CURRENT; i++)); do
                    w=${words[i]}
                    if [[ -n $skip ]]; then
                        if [[ $skip == --root ]]; then root=(--root $w); fi
                        skip=
                        continue
                    fi
                    case $w in
                        %v) skip=$w ;;
                        -?*) ;;
                        *) before+=($w) ;;
                    esac
                done
            """;
    private static final String FLAGS = """
                if [[ $cur == -* ]]; then
                    flags=(%s)
                    case "${before[*]}" in
            """;
    private static final String WORDS = """
                    esac
                    compadd -- $flags
                    return
                fi
                case "${before[*]}" in
            """;
    private static final String TAIL = """
                esac
            }
            if [[ ${funcstack[1]} == _wgctl ]]; then _wgctl "$@"; else compdef _wgctl wgctl; fi
            """;

    private ZshCompletion() {}

    static String script() {
        var out = new StringBuilder(HEAD.replace("%v", Completion.valued()))
                .append(FLAGS.replace("%s", Completion.globalFlags()));
        for (Command command : Commands.ALL) {
            if (command.options().isEmpty()) continue;
            out.append("            \"").append(command.words()).append("\"*) flags+=(");
            String blank = "";
            for (Option option : command.options()) {
                out.append(blank).append(option.flag());
                blank = " ";
            }
            out.append(") ;;\n");
        }
        out.append(WORDS);
        row(out, "", new Source.Words(String.join(" ", Completion.groups())));
        for (String group : Completion.groups()) {
            var second = Completion.second(group);
            if (!second.isEmpty()) row(out, group, new Source.Words(String.join(" ", second)));
        }
        for (Command command : Commands.ALL) row(out, command.words(), Completion.source(command));
        return out.append(TAIL).toString();
    }

    private static void row(StringBuilder out, String words, @Nullable Source source) {
        if (source == null) return;
        String generated = switch (source) {
            case Source.Words(var all) -> "compadd -- " + all;
            case Source.Daemon(var question) ->
                "compadd -- $(${words[1]} $root completion " + question + " 2>/dev/null)";
            case Source.Files() -> "_files";
        };
        out.append("        \"").append(words).append("\") ").append(generated).append(" ;;\n");
    }
}
