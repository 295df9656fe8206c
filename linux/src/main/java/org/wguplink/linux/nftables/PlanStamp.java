package org.wguplink.linux.nftables;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A digest of a plan's text, kept as the comment of our table: a later run tells by it that the kernel holds that very
 * plan already, and leaves it alone. Comments of tables need Linux 5.10 and nft 0.9.8.
 */
final class PlanStamp {
    private static final String OPENING = Ruleset.TABLE + " {\n";
    private static final int BYTES = 12;

    private PlanStamp() {}

    /** The plan's text with its stamp in it. */
    static String stamped(String text) {
        int at = text.indexOf(OPENING) + OPENING.length();
        return text.substring(0, at) + "\t" + of(text) + "\n" + text.substring(at);
    }

    /** The line that {@code nft list table} shows for it. */
    static String of(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "comment \"plan %s\"".formatted(HexFormat.of().formatHex(digest, 0, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
