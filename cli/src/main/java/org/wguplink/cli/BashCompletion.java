package org.wguplink.cli;

import org.jspecify.annotations.Nullable;
import org.wguplink.cli.Completion.Source;

/** The completion script for bash. */
final class BashCompletion {
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
        for (Command command : Commands.ALL) {
            if (command.options().isEmpty()) continue;
            out.append("            \"").append(command.words()).append("\"*) flags+=\"");
            for (Option option : command.options()) out.append(' ').append(option.flag());
            out.append("\" ;;\n");
        }
        out.append(WORDS);
        row(out, "", new Source.Words(String.join(" ", Completion.groups())));
        for (String group : Completion.groups()) {
            var second = Completion.second(group);
            if (!second.isEmpty()) row(out, group, new Source.Words(String.join(" ", second)));
        }
        for (Command command : Commands.ALL) row(out, command.words(), Completion.source(command));
        return out.append("    esac\n}\ncomplete -F _wgctl wgctl\n").toString();
    }

    private static void row(StringBuilder out, String words, @Nullable Source source) {
        if (source == null) return;
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
