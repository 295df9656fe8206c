package org.wguplink.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Status;
import org.wguplink.control.Uplink;

/** {@code wgctl status}: one plain sentence, then the facts behind it. */
final class StatusText {
    private static final String NO_TRAFFIC = "NO TRAFFIC";
    private static final String INDENT = "            ";

    private StatusText() {}

    /** @param since as {@link Times#since(String)} says it */
    static String of(Status status, String since, boolean colour) {
        var out = new StringBuilder();
        var sentence = new StringBuilder();
        Text.wrap(sentence, "", sentence(status, since));
        if (colour) {
            String code = status.state().equals("offline") ? "\033[1;31m" : "\033[1m";
            sentence.insert(0, code).insert(sentence.length() - 1, "\033[0m");
        }
        out.append(sentence);
        wans(out, status.wans().isEmpty() ? List.of(status.wan()) : status.wans());
        Text.wrap(
                out,
                "  failover  ",
                status.failoverEnabled() ? "on" : "off: nothing switches by itself ('wgctl uplink failover enable')");
        Status.@Nullable Ipv6 ipv6 = status.ipv6();
        if (ipv6 != null) Text.wrap(out, "  IPv6      ", ipv6(ipv6));
        @Nullable List<String> resolvers = status.resolvers();
        if (resolvers != null)
            Text.wrap(out, "  DNS       ", "asked of " + status.via() + " at " + String.join(", ", resolvers));
        policies(out, status.policies(), colour);
        if (!status.balance().isEmpty()) Text.wrap(out, "  balance   ", balance(status.balance()));
        offering(out, status.offering());
        Text.wrap(out, "  mesh      ", mesh(status.mesh()));
        @Nullable List<String> trouble = status.configTrouble();
        if (trouble != null) for (String line : trouble) Text.wrap(out, "  config    ", line);
        for (String warning : status.warnings()) Text.wrap(out, "  warning   ", warning);
        return out.append('\n').append(UplinkTable.of(status.uplinks(), colour)).toString();
    }

    /** A line each; one whose traffic is refused is said loudly. */
    private static void policies(StringBuilder out, List<Status.Policy> policies, boolean colour) {
        String head = "  policies  ";
        for (Status.Policy policy : policies) {
            @Nullable String peer = policy.peer();
            String what = "%s (%s): %s%s"
                    .formatted(policy.name(), policy.traffic(), policy.mode(), peer == null ? "" : " " + peer);
            var line = new StringBuilder();
            @Nullable String reason = policy.reason();
            Status.@Nullable Ipv6 ipv6 = policy.ipv6();
            String way = way(policy.via(), reason);
            if (ipv6 != null) way += "; its IPv6" + way(ipv6.via(), ipv6.reason());
            Text.wrap(line, head, what + way);
            if (colour && way.contains(NO_TRAFFIC))
                line.insert(head.length(), "\033[1;31m").insert(line.length() - 1, "\033[0m");
            out.append(line);
            head = INDENT;
        }
    }

    private static String way(@Nullable String via, @Nullable String reason) {
        return reason == null ? ", by " + via : ": " + NO_TRAFFIC + ", " + Text.clause(reason);
    }

    /** Where it goes while that is not the way of the rest. */
    static String ipv6(Status.Ipv6 ipv6) {
        @Nullable String reason = ipv6.reason();
        String why = reason == null ? "" : ": " + Text.clause(reason);
        return (ipv6.via() == null ? "refused, no path carries it" : "by " + ipv6.via()) + why;
    }

    /** Over which paths new flows are shared, then who takes no part. */
    static String balance(List<Status.Share> balance) {
        var taking = new ArrayList<String>();
        var others = new ArrayList<String>();
        for (Status.Share share : balance) {
            @Nullable String reason = share.reason();
            if (share.takes()) taking.add("%s %d".formatted(share.name(), share.weight()));
            else others.add("%s %s".formatted(share.name(), reason == null ? "takes none" : Text.clause(reason)));
        }
        String shared = taking.isEmpty()
                ? "new flows of the LAN are not shared"
                : "new flows of the LAN are shared by weight: " + String.join(", ", taking);
        others.addFirst(shared);
        return String.join("; ", others);
    }

    private static String sentence(Status status, String since) {
        String reason = Text.clause(status.reason());
        String who = status.peerId();
        @Nullable String via = status.via();
        return switch (status.state()) {
            case "direct" -> who + " is on its own WAN" + direct(inUse(status), reason) + ".";
            case "uplink" -> {
                String through = via == null ? "an uplink" : via + latency(" (", rtt(status, via), ")");
                yield who + " reaches the internet through " + through + because(reason, since) + ".";
            }
            case "offline" -> who + " is offline" + offline(reason, since);
            default -> who + " is in state '" + status.state() + "'" + because(reason, since) + ".";
        };
    }

    private static String offline(String reason, String since) {
        String when = since.startsWith(", ") ? " (" + since.substring(2) + ")" : "";
        return reason.isEmpty() ? when + "." : ": " + reason + when + ".";
    }

    private static Status.Wan inUse(Status status) {
        for (Status.Wan wan : status.wans())
            if (wan.device() != null && wan.device().equals(status.wanInUse())) return wan;
        return status.wan();
    }

    /** While its WAN is fine, why it is direct is no news. */
    private static String direct(Status.Wan wan, String reason) {
        @Nullable String device = wan.device();
        String line = device == null ? "" : " (" + device + latency(", ", wan.latencyMs()) + ")";
        if (wan.state().equals("up")) return line;
        return line + (reason.isEmpty() ? ", which is " + wan.state() : ": " + reason);
    }

    /** The time follows one clause; before several sentences it comes first, or it would seem to belong to the last. */
    private static String because(String reason, String since) {
        if (reason.isEmpty()) return since;
        return reason.contains(". ") ? since + ": " + reason : " because " + reason + since;
    }

    private static @Nullable Double rtt(Status status, String peer) {
        for (Uplink uplink : status.uplinks()) if (uplink.peerId().equals(peer)) return uplink.latencyMs();
        return null;
    }

    /** The own WANs, a line each. */
    private static void wans(StringBuilder out, List<Status.Wan> wans) {
        String head = "  own WAN   ";
        for (Status.Wan wan : wans) {
            Text.wrap(out, head, wan(wan));
            head = INDENT;
        }
    }

    private static String wan(Status.Wan wan) {
        @Nullable String device = wan.device();
        @Nullable String reason = wan.reason();
        @Nullable Double stable = wan.stableInS();
        String name = device == null ? "" : device + " ";
        String why = reason == null || reason.isBlank() ? "" : ": " + Text.clause(reason);
        String latency = latency(", ", wan.latencyMs());
        return switch (wan.state()) {
            case "up" -> name + "is up" + latency + measured(wan) + why;
            case "suspect" -> name + "is suspect" + latency + why;
            case "recovering" ->
                name + "answers again" + latency
                        + (stable == null ? "" : ", used again in " + Math.round(stable) + " s if it stays so") + why;
            case "absent" -> "none" + (why.isEmpty() ? ": no default route" : why);
            default -> name + "is " + wan.state() + (wan.carrier() || !why.isEmpty() ? "" : " (no carrier)") + why;
        };
    }

    private static String measured(Status.Wan wan) {
        @Nullable Integer mbps = wan.measuredMbps();
        return mbps == null ? "" : ", " + mbps + " Mbit/s measured";
    }

    private static void offering(StringBuilder out, Status.Offering offering) {
        @Nullable String reason = offering.reason();
        @Nullable String device = offering.device();
        String text;
        if (!offering.wanted()) text = "no ('wgctl uplink offer' lends this line to the mesh)";
        else if (!offering.active()) text = "wanted, but not now" + (reason == null ? "" : ": " + Text.clause(reason));
        else
            text = "yes" + (device == null ? "" : ", on " + device) + ", "
                    + count(offering.consumers().size(), "consumer")
                    + (reason == null ? "" : "; " + Text.clause(reason));
        Text.wrap(out, "  offering  ", text);
        for (Status.Consumer consumer : offering.consumers())
            Text.wrap(
                    out,
                    INDENT,
                    consumer.peerId() + " at " + consumer.address() + ": lease " + Text.seconds(consumer.expiresInS())
                            + ", in " + Text.bytes(consumer.rxBytes()) + ", out " + Text.bytes(consumer.txBytes()));
    }

    private static String mesh(Status.Mesh mesh) {
        if (mesh.rosterSerial() == 0)
            return "no roster yet: 'wgctl mesh init' makes a mesh, 'wgctl mesh import FILE' joins one";
        @Nullable String address = mesh.address();
        @Nullable String reason = mesh.reason();
        if (reason != null) return "not joined: " + Text.clause(reason);
        return mesh.members() + " of " + count(mesh.rosterNodes(), "node") + " heard of (roster serial "
                + mesh.rosterSerial() + ")" + (address == null ? "" : ", at " + address);
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static String latency(String before, @Nullable Double ms) {
        return latency(before, ms, "");
    }

    private static String latency(String before, @Nullable Double ms, String after) {
        return ms == null ? "" : before + Text.milliseconds(ms) + after;
    }
}
