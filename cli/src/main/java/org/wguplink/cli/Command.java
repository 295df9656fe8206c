package org.wguplink.cli;

import java.util.List;

/**
 * One row of the table: all that parsing, help and completion know of a command.
 *
 * @param words such as {@code uplink add}
 * @param summary one line, no full stop
 * @param about what the summary leaves out, one paragraph each
 * @param examples whole command lines
 */
record Command(
        Action action,
        String words,
        List<Argument> arguments,
        List<Option> options,
        String summary,
        List<String> about,
        List<String> examples) {
    /** What is done; the rows' key. */
    enum Action {
        STATUS,
        UPLINK_LIST,
        UPLINK_ADD,
        UPLINK_REMOVE,
        UPLINK_STATUS,
        UPLINK_FAILOVER,
        UPLINK_TEST,
        UPLINK_MEASURE,
        UPLINK_WHY,
        UPLINK_PRIORITY,
        UPLINK_DRAIN,
        UPLINK_OFFER,
        UPLINK_WITHDRAW,
        MESH_INIT,
        MESH_ID,
        MESH_APPROVE,
        MESH_IMPORT,
        MESH_SHOW,
        COMPLETION
    }

    /** {@code wgctl uplink add PEER [--yes]} */
    String usage() {
        var usage = new StringBuilder("wgctl ").append(words);
        for (Argument argument : arguments) usage.append(' ').append(argument.label());
        for (Option option : options) usage.append(" [").append(option.usage()).append(']');
        return usage.toString();
    }

    /** The first word: {@code uplink}. */
    String group() {
        int blank = words.indexOf(' ');
        return blank < 0 ? words : words.substring(0, blank);
    }
}
