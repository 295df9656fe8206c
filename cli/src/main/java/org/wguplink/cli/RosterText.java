package org.wguplink.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.wguplink.mesh.identity.NodeKey;
import org.wguplink.mesh.roster.Roster;

/** A roster for people, and as JSON. */
final class RosterText {
    private static final int FINGERPRINT = 19;
    private static final int GROUP = 4;
    private static final int LONGEST_PEER = Text.WIDTH - FINGERPRINT - 2 - 10;

    private RosterText() {}

    static String of(Roster roster, Instant now) {
        var out = new StringBuilder();
        out.append("master  ").append(fingerprint(roster.master())).append('\n');
        String end =
                roster.expired(now) ? "EXPIRED on " + day(roster.expiresAt()) : "good until " + day(roster.expiresAt());
        out.append("serial  ").append(roster.serial()).append(", signed on ").append(day(roster.issuedAt()));
        out.append(", ").append(end).append("\n\n");
        int width = "NODE".length();
        for (Roster.Node node : roster.nodes())
            width = Math.max(width, Math.min(LONGEST_PEER, node.id().value().length()));
        out.append(Text.left("NODE", width))
                .append("  ")
                .append(Text.left("FINGERPRINT", FINGERPRINT))
                .append("  ROLE\n");
        for (Roster.Node node : roster.nodes()) {
            String id = node.id().value();
            if (id.length() > width) out.append(id).append('\n').append(" ".repeat(width));
            else out.append(Text.left(id, width));
            out.append("  ")
                    .append(fingerprint(node.key()))
                    .append("  ")
                    .append(node.role())
                    .append('\n');
        }
        return out.toString();
    }

    static String json(Roster roster) {
        var out = new StringBuilder("{\"master\":")
                .append(JsonText.quote(roster.master().fingerprint()));
        out.append(",\"serial\":").append(roster.serial());
        out.append(",\"issued_at\":").append(JsonText.quote(roster.issuedAt().toString()));
        out.append(",\"expires_at\":").append(JsonText.quote(roster.expiresAt().toString()));
        out.append(",\"nodes\":[");
        String comma = "";
        for (Roster.Node node : roster.nodes()) {
            out.append(comma)
                    .append("{\"peer_id\":")
                    .append(JsonText.quote(node.id().value()));
            out.append(",\"fingerprint\":").append(JsonText.quote(node.key().fingerprint()));
            out.append(",\"role\":").append(JsonText.quote(node.role())).append('}');
            comma = ",";
        }
        return out.append("]}").toString();
    }

    /** In groups of four, to be read aloud: {@code 1a2b 3c4d 5e6f 7081}. */
    static String fingerprint(NodeKey key) {
        String digits = key.fingerprint();
        var groups = new StringBuilder();
        for (int i = 0; i < digits.length(); i += GROUP) {
            if (i > 0) groups.append(' ');
            groups.append(digits, i, Math.min(digits.length(), i + GROUP));
        }
        return groups.toString();
    }

    private static String day(Instant moment) {
        return moment.truncatedTo(ChronoUnit.DAYS).toString().substring(0, "2026-01-01".length());
    }
}
