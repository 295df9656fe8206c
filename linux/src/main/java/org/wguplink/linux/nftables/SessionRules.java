package org.wguplink.linux.nftables;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
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

    /** @param moved numbers of own WANs that flows of a dead path have just moved to */
    static void render(RulesetText text, List<Path> paths, Set<Integer> moved) {
        devices(text, "paths", paths, path -> true);
        devices(text, "uplinks", paths, Path::uplink);
        devices(text, "own_wans", paths, path -> !path.uplink());
        devices(text, "moved", paths, path -> !path.uplink() && moved.contains(path.number()));
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
