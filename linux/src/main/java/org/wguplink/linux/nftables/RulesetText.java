package org.wguplink.linux.nftables;

import java.util.Collection;
import java.util.List;
import org.wguplink.core.net.Family;

/** Writes nft's language, indented. */
final class RulesetText {
    private final StringBuilder text = new StringBuilder();
    private int depth;

    RulesetText line(String line) {
        text.repeat('\t', depth).append(line).append('\n');
        return this;
    }

    /** Whatever gets here is refused at once: TCP by a reset, since the kernel limits its ICMP messages. */
    RulesetText refuse() {
        return line("meta l4proto tcp reject with tcp reset").line("reject with icmpx admin-prohibited");
    }

    RulesetText open(String heading) {
        line(heading + " {");
        depth++;
        return this;
    }

    RulesetText close() {
        depth--;
        return line("}");
    }

    /** Opens a chain that hangs on a hook; our chains never accept on behalf of others, they only drop. */
    RulesetText base(String name, String type, String hook, String priority) {
        return open("chain " + name)
                .line("type %s hook %s priority %s; policy accept;".formatted(type, hook, priority));
    }

    /** A named set or map. nft takes no empty list of elements. */
    RulesetText named(String heading, String type, Collection<String> elements) {
        return named(heading, type, "", elements);
    }

    /** A set of prefixes, which may touch. */
    RulesetText prefixes(String heading, String type, Collection<String> elements) {
        return named(heading, type, "flags interval; auto-merge;", elements);
    }

    /** A set or map that packets fill. */
    RulesetText dynamic(String heading, String type, String options) {
        return named(heading, type, options, List.of());
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** The word for a family's header fields, as in {@code ip saddr}. */
    static String family(Family family) {
        return family == Family.IPV4 ? "ip" : "ip6";
    }

    /** The word for a family itself, as in {@code meta nfproto ipv4}. */
    static String protocol(Family family) {
        return "ipv" + family.version();
    }

    /** A device's name in quotes. A star at its end would match many devices, and nft has no escape for a quote. */
    static String device(String name) {
        if (!name.matches("[A-Za-z0-9_.:@+-]{1,15}"))
            throw new IllegalArgumentException("the device name '%s' cannot stand in a rule".formatted(name));
        return '"' + name + '"';
    }

    private RulesetText named(String heading, String type, String options, Collection<String> elements) {
        open(heading).line("type " + type + ";");
        if (!options.isEmpty()) line(options);
        if (!elements.isEmpty()) line("elements = { " + String.join(", ", elements) + " }");
        return close();
    }
}
