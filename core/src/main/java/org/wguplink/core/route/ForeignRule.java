package org.wguplink.core.route;

import java.util.Optional;
import java.util.OptionalInt;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;

/**
 * A policy rule that is not ours, as far as it can be in our way.
 *
 * @param inverted it is for packets that do not match ({@code not} in {@code ip rule})
 * @param narrow whether it is for some addresses, devices, users or ports only
 * @param table empty when it does not look up a table
 * @param suppressPrefixLength routes of this prefix length or shorter are ignored
 */
public record ForeignRule(
        Family family,
        int priority,
        boolean inverted,
        Optional<FwMark> mark,
        boolean narrow,
        Optional<RouteTable> table,
        OptionalInt suppressPrefixLength) {

    /** As {@code ip rule} takes it. */
    @Override
    public String toString() {
        var text = new StringBuilder(family == Family.IPV6 ? "ip -6 rule " : "ip rule ");
        text.append("pref ").append(priority);
        if (inverted) text.append(" not");
        mark.ifPresent(m -> text.append(" fwmark 0x%x/0x%x".formatted(m.value(), m.mask())));
        table.ifPresent(t -> text.append(" lookup ").append(t.id()));
        return text.toString();
    }
}
