package org.wguplink.core.route;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds what others have in our way: what it is, what it does, and what the user can do. It changes nothing. */
public final class Collisions {
    private static final int LOCAL = 255;

    private Collisions() {}

    /** One sentence a rule that is in our way; for the two families of one rule, one. */
    public static List<String> of(Collection<ForeignRule> rules) {
        return rules.stream()
                .sorted((a, b) -> Integer.compare(a.priority(), b.priority()))
                .map(Collisions::collision)
                .filter(Objects::nonNull)
                .map(text -> text.replace("ip -6 rule ", "ip rule "))
                .distinct()
                .toList();
    }

    private static @Nullable String collision(ForeignRule rule) {
        if (takesAll(rule))
            return ("'%s' takes all traffic before our rules can, as a VPN started by wg-quick does: nothing fails over;"
                            + " give it a priority above 5399")
                    .formatted(rule);
        if (Layout.ownsPriority(rule.priority()))
            return "'%s' is not ours but among our rules: give it a priority outside of 5296 to 5399".formatted(rule);
        if (rule.table().filter(Collisions::isOurs).isPresent())
            return "'%s' is not ours and leads to a table of ours: choose one outside of 57400 to 57431"
                    .formatted(rule);
        if (rule.mark().filter(m -> (m.mask() & Layout.MARK_MASK) != 0).isPresent())
            return "'%s' reads the mark bits 0x%x, which we set: give it a mask without them"
                    .formatted(rule, Layout.MARK_MASK);
        return null;
    }

    private static boolean isOurs(RouteTable table) {
        return table.id() >= Layout.ACTIVE.id() && table.id() <= Layout.ACTIVE.id() + Layout.MAX_PATH + 2;
    }

    /** Before ours, for any packet or any packet that has not its mark, and with a default route as far as one knows. */
    private static boolean takesAll(ForeignRule rule) {
        boolean any = !rule.narrow() && (rule.mark().isEmpty() || rule.inverted());
        return any
                && rule.priority() < Layout.PREF_ACTIVE
                && rule.table().filter(t -> t.id() != LOCAL).isPresent()
                && rule.suppressPrefixLength().isEmpty();
    }
}
