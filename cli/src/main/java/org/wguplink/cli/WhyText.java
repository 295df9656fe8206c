package org.wguplink.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Status;
import org.wguplink.control.Why;

/** {@code wgctl uplink why}: the choice, what would follow it, and each other path with what stands against it. */
final class WhyText {
    private static final int NAME = 12;
    private static final int STATE = 13;
    private static final String INDENT = " ".repeat(2 + NAME + STATE);

    private WhyText() {}

    /** @param since as {@link Times#since(String)} says it */
    static String of(Why why, String since, boolean all) {
        var out = new StringBuilder();
        Text.wrap(out, "", choice(why, since));
        Status.@Nullable Ipv6 ipv6 = why.ipv6();
        if (ipv6 != null) Text.wrap(out, "", "IPv6: " + StatusText.ipv6(ipv6) + ".");
        if (!why.balance().isEmpty()) Text.wrap(out, "", "Balance: " + StatusText.balance(why.balance()) + ".");
        if (!why.failoverEnabled())
            Text.wrap(out, "", "Failover is off: nothing switches by itself ('wgctl uplink failover enable').");
        else Text.wrap(out, "", next(why));
        out.append('\n');
        for (Why.Path path : why.paths()) path(out, path);
        if (all) {
            out.append('\n');
            Text.wrap(
                    out,
                    "",
                    "Own WANs come first, by metric. Uplinks: " + why.order() + ". " + why.minUplinks()
                            + (why.minUplinks() == 1 ? " is" : " are") + " kept ready (min_uplinks).");
        }
        return out.toString();
    }

    private static String choice(Why why, String since) {
        @Nullable String inUse = why.inUse();
        String reason = Text.clause(why.reason());
        if (why.state().equals("offline")) return "Offline" + since + ": " + reason + ".";
        return "New flows go by " + (inUse == null ? "the main table, as without us" : inUse) + since + ": " + reason
                + ".";
    }

    private static String next(Why why) {
        @Nullable String inUse = why.inUse();
        @Nullable String next = why.next();
        if (inUse == null || why.state().equals("offline")) return "The first path that works again is taken.";
        return next == null
                ? "If " + inUse + " died now, nothing else would work: the node would be offline."
                : "If " + inUse + " died now, they would go by " + next + ".";
    }

    private static void path(StringBuilder out, Why.Path path) {
        String name = "  " + Text.printable(path.name());
        if (name.length() > NAME) {
            out.append(name).append('\n');
            name = "";
        }
        String state = path.state().replace('_', ' ');
        Text.wrap(out, Text.left(Text.left(name, 2 + NAME) + state, INDENT.length()), Text.clause(path.reason()));
        Why.@Nullable Merits merits = path.merits();
        @Nullable Integer place = path.place();
        if (merits != null) {
            String rank = place == null ? "" : "place " + place + ": ";
            Text.wrap(out, INDENT, rank + String.join(", ", merits(merits)));
        }
        List<String> timers = timers(path);
        if (!timers.isEmpty()) Text.wrap(out, INDENT, String.join("; ", timers));
    }

    private static List<String> merits(Why.Merits merits) {
        var words = new ArrayList<String>();
        words.add("weight " + merits.weight());
        @Nullable String rides = merits.rides();
        if (merits.otherLine()) words.add(rides == null ? "another line" : "another line (" + rides + ")");
        else words.add(rides == null ? "line unknown" : "rides " + rides);
        @Nullable String isp = merits.sharedIsp();
        if (isp != null) words.add("own ISP (" + isp + ")");
        if (!merits.wanType().equals("unknown")) words.add(merits.wanType());
        if (merits.metered()) words.add("metered");
        if (merits.cost() > 0) words.add("cost " + merits.cost());
        @Nullable Long quota = merits.quotaLeftMb();
        if (quota != null) words.add(Text.bytes(quota * 1_000_000) + " of its quota left");
        @Nullable Integer taken = merits.takenPercent();
        if (taken != null) words.add(taken + " % taken");
        @Nullable Double latency = merits.latencyMs();
        if (latency != null) words.add(Text.milliseconds(latency) + (merits.latencyMeasured() ? "" : " claimed"));
        @Nullable Integer bandwidth = merits.bandwidthMbps();
        if (bandwidth != null) words.add(bandwidth + " Mbit/s " + (merits.bandwidthSeen() ? "seen" : "claimed"));
        return words;
    }

    private static List<String> timers(Why.Path path) {
        Why.Timers timers = path.timers();
        var words = new ArrayList<String>();
        timer(words, "up for ", timers.upForS(), "");
        timer(words, "down for ", timers.downForS(), "");
        timer(words, "trusted in ", timers.heldForS(), "");
        if (path.failures() > 0) words.add("failed " + (path.failures() == 1 ? "once" : path.failures() + " times"));
        timer(words, "one failure is forgiven in ", timers.forgivenInS(), " of life");
        timer(words, "asked for a lease again in ", timers.retryInS(), "");
        timer(words, "its tunnel goes in ", timers.removedInS(), ", since others are preferred");
        return words;
    }

    private static void timer(List<String> words, String before, @Nullable Double seconds, String after) {
        if (seconds != null) words.add(before + Text.seconds(Math.max(0, Math.round(seconds))) + after);
    }
}
