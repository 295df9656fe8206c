package org.wguplink.core.route;

import java.util.Optional;
import java.util.OptionalInt;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;

/**
 * A policy rule of ours.
 *
 * @param priority in our range, see {@link Layout}
 * @param table the table to look up; empty means {@code prohibit}
 * @param suppressPrefixLength ignore routes of this prefix length or shorter
 */
public record Rule(
        Family family,
        int priority,
        Optional<FwMark> mark,
        Optional<String> inDevice,
        Optional<String> outDevice,
        Optional<RouteTable> table,
        OptionalInt suppressPrefixLength) {

    /** A rule without selectors, to be narrowed by the {@code with} methods. */
    public static Rule lookup(Family family, int priority, RouteTable table) {
        return new Rule(
                family,
                priority,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(table),
                OptionalInt.empty());
    }

    public static Rule prohibit(Family family, int priority, String inDevice) {
        return new Rule(
                family,
                priority,
                Optional.empty(),
                Optional.of(inDevice),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty());
    }

    public Rule withMark(FwMark fwmark) {
        return new Rule(family, priority, Optional.of(fwmark), inDevice, outDevice, table, suppressPrefixLength);
    }

    public Rule withInDevice(String device) {
        return new Rule(family, priority, mark, Optional.of(device), outDevice, table, suppressPrefixLength);
    }

    public Rule withOutDevice(String device) {
        return new Rule(family, priority, mark, inDevice, Optional.of(device), table, suppressPrefixLength);
    }

    public Rule withSuppressPrefixLength(int length) {
        return new Rule(family, priority, mark, inDevice, outDevice, table, OptionalInt.of(length));
    }

    /** As {@code ip rule} takes it. */
    @Override
    public String toString() {
        var text = new StringBuilder(family == Family.IPV6 ? "-6 " : "");
        text.append("pref ").append(priority);
        mark.ifPresent(m -> text.append(" fwmark ").append(m));
        inDevice.ifPresent(d -> text.append(" iif ").append(d));
        outDevice.ifPresent(d -> text.append(" oif ").append(d));
        table.ifPresentOrElse(t -> text.append(" lookup ").append(t.id()), () -> text.append(" prohibit"));
        suppressPrefixLength.ifPresent(
                l -> text.append(" suppress_prefixlength ").append(l));
        return text.toString();
    }
}
