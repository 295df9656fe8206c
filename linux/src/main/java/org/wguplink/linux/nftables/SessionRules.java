package org.wguplink.linux.nftables;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.wguplink.core.firewall.FirewallPlan.Path;
import org.wguplink.core.route.Layout;

/**
 * What becomes of connections whose path is gone. TCP: a segment in the middle of a connection that is tracked no more is
 * answered with a reset, which has the right numbers since it is made of that segment. Segments that we forge to make an
 * idle end send one ({@link org.wguplink.core.flow}) are not tracked and never leave by a path.
 *
 * <p>On an uplink that holds at all times, but for segments that are {@code invalid} and no end: those may belong to a
 * connection that lives and is only out of its window, where a reset would break it. They are dropped, as ever.
 */
final class SessionRules {
    private SessionRules() {}

    private static final String MIDDLE = "tcp flags & (syn|rst) == 0 reject with tcp reset";

    static final String UNKNOWN_BY_UPLINK = "oifname @uplinks ct state new " + MIDDLE;
    /** Whoever ends a connection that is tracked no more; conntrack begins none with such a segment. */
    static final String ENDING_BY_UPLINK =
            "oifname @uplinks ct state invalid tcp flags & (fin|syn|rst) == fin reject with tcp reset";

    static final String UNKNOWN_BY_MOVED = "oifname @moved ct state new,invalid " + MIDDLE;

    static void render(RulesetText text, List<Path> paths) {
        devices(text, "paths", paths, path -> true);
        devices(text, "uplinks", paths, Path::uplink);
        devices(text, "own_wans", paths, path -> !path.uplink());
        text.dynamic("set moved", "ifname", "flags timeout; timeout 1m;");
        AnswerRules.sets(text);
        String tickle = "meta mark & %s == %s ".formatted(Ruleset.MASK, Ruleset.hex(Layout.TICKLE.value()));
        text.base("untracked", "filter", "output", "raw")
                .line(tickle + "oifname @paths drop")
                .line(tickle + "notrack")
                .line(AnswerRules.CORRECT4)
                .line(AnswerRules.CORRECT6)
                .close();
        text.base("own_output", "filter", "output", "mangle + 10")
                .line(UNKNOWN_BY_UPLINK)
                .line(UNKNOWN_BY_MOVED)
                .close();
    }

    /**
     * Flows of a dead path have moved to these own WANs. An element that is there would keep its time, hence the deletion.
     *
     * @throws IllegalArgumentException when a device's name cannot be written in a rule
     */
    static String moved(Collection<String> devices, Duration during) {
        String names = elements(devices, "");
        return "add %s\ndelete %s\nadd %s\n"
                .formatted(names, names, elements(devices, " timeout " + Math.max(1, during.toSeconds()) + "s"));
    }

    private static String elements(Collection<String> devices, String options) {
        return devices.stream()
                .map(device -> RulesetText.device(device) + options)
                .collect(Collectors.joining(", ", "element %s moved { ".formatted(Ruleset.NAME), " }"));
    }

    private static void devices(RulesetText text, String name, List<Path> paths, Predicate<Path> which) {
        text.named(
                "set " + name,
                "ifname",
                paths.stream()
                        .filter(which)
                        .map(p -> RulesetText.device(p.device()))
                        .distinct()
                        .toList());
    }
}
