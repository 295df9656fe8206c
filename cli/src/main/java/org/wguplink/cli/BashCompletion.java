package org.wguplink.cli;

import org.wguplink.cli.Completion.Source;

/** The completion script for bash. */
final class BashCompletion implements Completion.Shell {
    private static final String HEAD = """
            # bash completion for wgctl: made by 'wgctl completion bash'
            _wgctl() {
                local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}"
                local words=() root=() skip= w i
                COMPREPLY=()
                case "$prev" in
                    --root) COMPREPLY=($(compgen -d -- "$cur")); return ;;
                    --peer-id) return ;;
                esac
                for ((i = 1; i < COMP_CWORD; i++)); do
                    w="${COMP_WORDS[i]}"
                    if [[ $skip ]]; then
                        if [[ $skip == --root ]]; then root=(--root "$w"); fi
                        skip=
                        continue
                    fi
                    case "$w" in
                        %v) skip=$w ;;
                        -?*) ;;
                        *) words+=("$w") ;;
                    esac
                done
            """;
    private static final String FLAGS = """
                if [[ $cur == -* ]]; then
                    local flags="%s"
                    case "${words[*]}" in
            """;
    private static final String WORDS = """
                    esac
                    COMPREPLY=($(compgen -W "$flags" -- "$cur"))
                    return
                fi
                case "${words[*]}" in
            """;

    private BashCompletion() {}

    static String script() {
        var out = new StringBuilder(HEAD.replace("%v", Completion.valued()))
                .append(FLAGS.replace("%s", Completion.globalFlags()));
        var shell = new BashCompletion();
        Completion.flags(out, shell);
        out.append(WORDS);
        Completion.words(out, shell);
        return out.append("    esac\n}\ncomplete -F _wgctl wgctl\n").toString();
    }

    @Override
    public void flags(StringBuilder out, String words, String flags) {
        out.append("            \"").append(words).append("\"*) flags+=\" ");
        out.append(flags).append("\" ;;\n");
    }

    @Override
    public void words(StringBuilder out, String words, Source source) {
        String generated = switch (source) {
            case Source.Words(var all) -> "compgen -W \"" + all + "\"";
            case Source.Daemon(var question) ->
                "compgen -W \"$(\"${COMP_WORDS[0]}\" \"${root[@]}\" completion " + question + " 2>/dev/null)\"";
            case Source.Files() -> "compgen -f";
        };
        out.append("        \"").append(words).append("\") COMPREPLY=($(").append(generated);
        out.append(" -- \"$cur\")) ;;\n");
    }
}
