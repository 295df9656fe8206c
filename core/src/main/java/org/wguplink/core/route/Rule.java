package org.wguplink.core.route;

import java.util.Optional;
import java.util.OptionalInt;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.InetNetwork;

/**
 * A policy rule of ours.
 *
 * @param priority in our range, see {@link Layout}
 * @param match which packets it is for
 * @param table the table to look up; empty means {@code prohibit}
 * @param suppressPrefixLength ignore routes of this prefix length or shorter
 */
public record Rule(
        Family family, int priority, Match match, Optional<RouteTable> table, OptionalInt suppressPrefixLength) {

    /** The selectors of a rule; all that are given must hold. */
    public record Match(
            Optional<FwMark> mark,
            Optional<InetNetwork> source,
            OptionalInt udpSourcePort,
            Optional<String> inDevice,
            Optional<String> outDevice) {
        public static final Match ALL =
                new Match(Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty(), Optional.empty());
    }

    /** A rule without selectors, to be narrowed by the {@code with} methods. */
    public static Rule lookup(Family family, int priority, RouteTable table) {
        return new Rule(family, priority, Match.ALL, Optional.of(table), OptionalInt.empty());
    }

    public static Rule prohibit(Family family, int priority, String inDevice) {
        return prohibit(family, priority).withInDevice(inDevice);
    }

    /** The same, to be narrowed. */
    public static Rule prohibit(Family family, int priority) {
        return new Rule(family, priority, Match.ALL, Optional.empty(), OptionalInt.empty());
    }

    public Rule withMark(FwMark mark) {
        return with(new Match(Optional.of(mark), match.source, match.udpSourcePort, match.inDevice, match.outDevice));
    }

    public Rule withSource(InetNetwork source) {
        return with(new Match(match.mark, Optional.of(source), match.udpSourcePort, match.inDevice, match.outDevice));
    }

    /** UDP packets from this port, 1 to 65535. */
    public Rule withUdpSourcePort(int port) {
        return with(new Match(match.mark, match.source, OptionalInt.of(port), match.inDevice, match.outDevice));
    }

    public Rule withInDevice(String device) {
        return with(new Match(match.mark, match.source, match.udpSourcePort, Optional.of(device), match.outDevice));
    }

    public Rule withOutDevice(String device) {
        return with(new Match(match.mark, match.source, match.udpSourcePort, match.inDevice, Optional.of(device)));
    }

    public Rule withSuppressPrefixLength(int length) {
        return new Rule(family, priority, match, table, OptionalInt.of(length));
    }

    private Rule with(Match narrower) {
        return new Rule(family, priority, narrower, table, suppressPrefixLength);
    }

    /** As {@code ip rule} takes it. */
    @Override
    public String toString() {
        var text = new StringBuilder(family == Family.IPV6 ? "-6 " : "");
        text.append("pref ").append(priority);
        match.source.ifPresent(s -> text.append(" from ").append(s));
        match.mark.ifPresent(m -> text.append(" fwmark ").append(m));
        match.udpSourcePort.ifPresent(p -> text.append(" ipproto udp sport ").append(p));
        match.inDevice.ifPresent(d -> text.append(" iif ").append(d));
        match.outDevice.ifPresent(d -> text.append(" oif ").append(d));
        table.ifPresentOrElse(t -> text.append(" lookup ").append(t.id()), () -> text.append(" prohibit"));
        suppressPrefixLength.ifPresent(
                l -> text.append(" suppress_prefixlength ").append(l));
        return text.toString();
    }
}
