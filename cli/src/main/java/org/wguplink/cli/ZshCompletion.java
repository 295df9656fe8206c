package org.wguplink.cli;

import org.wguplink.cli.Completion.Source;

/** The completion script for zsh, to be autoloaded as {@code _wgctl} or sourced. */
final class ZshCompletion implements Completion.Shell {
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
        var shell = new ZshCompletion();
        Completion.flags(out, shell);
        out.append(WORDS);
        Completion.words(out, shell);
        return out.append(TAIL).toString();
    }

    @Override
    public void flags(StringBuilder out, String words, String flags) {
        out.append("            \"").append(words).append("\"*) flags+=(");
        out.append(flags).append(") ;;\n");
    }

    @Override
    public void words(StringBuilder out, String words, Source source) {
        String generated = switch (source) {
            case Source.Words(var all) -> "compadd -- " + all;
            case Source.Daemon(var question) ->
                "compadd -- $(${words[1]} $root completion " + question + " 2>/dev/null)";
            case Source.Files() -> "_files";
        };
        out.append("        \"").append(words).append("\") ").append(generated).append(" ;;\n");
    }
}
