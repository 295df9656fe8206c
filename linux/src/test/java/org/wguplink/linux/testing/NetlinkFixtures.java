package org.wguplink.linux.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** The messages of src/test/resources/netlink/messages.hex, and a form of messages in which two can be compared. */
public final class NetlinkFixtures {
    private NetlinkFixtures() {}

    private static final int NESTED = 0x8000;
    private static final int WGDEVICE_A_PEERS = 8;
    private static final int WGPEER_A_ALLOWEDIPS = 9;

    public static byte[] read(String name) {
        try {
            return Files.readAllLines(Path.of("src/test/resources/netlink/messages.hex")).stream()
                    .filter(line -> line.startsWith(name + " "))
                    .map(line -> HexFormat.of().parseHex(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** One line each for the header, without sequence and port, and for every attribute; see the README there. */
    public static List<String> describe(byte[] message, int fixedHeader, boolean wireGuard) {
        ByteBuffer buffer = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
        var lines = new ArrayList<String>();
        lines.add("length %d of %d, type %d, flags %x, header %s"
                .formatted(
                        buffer.getInt(0),
                        message.length,
                        buffer.getShort(4),
                        buffer.getShort(6),
                        HexFormat.of().formatHex(message, 16, 16 + fixedHeader)));
        lines.addAll(attributes(buffer.slice(16 + fixedHeader, message.length - 16 - fixedHeader), wireGuard, 0));
        return lines;
    }

    /** @param level 0: of the device, 1: list of peers, 2: of a peer, 3: list of prefixes, 4: of a prefix */
    private static List<String> attributes(ByteBuffer slice, boolean wireGuard, int level) {
        ByteBuffer buffer = slice.order(ByteOrder.nativeOrder());
        var lines = new ArrayList<String>();
        boolean list = level % 2 == 1;
        int at = 0;
        while (at < buffer.limit()) {
            int length = Short.toUnsignedInt(buffer.getShort(at));
            int type = Short.toUnsignedInt(buffer.getShort(at + 2));
            boolean nests = list
                    || (level == 0 && (type & ~NESTED) == WGDEVICE_A_PEERS)
                    || (level == 2 && (type & ~NESTED) == WGPEER_A_ALLOWEDIPS);
            String name = list ? "element" : String.format(Locale.ROOT, "attribute %02d", type & ~NESTED);
            if (wireGuard && (type & NESTED) != 0) name += " nested";
            ByteBuffer value = buffer.slice(at + 4, length - 4);
            if (wireGuard && nests) lines.add(name + " " + attributes(value, true, level + 1));
            else lines.add(name + " " + HexFormat.of().formatHex(bytes(value)));
            at += (length + 3) & ~3;
        }
        if (!list) Collections.sort(lines);
        return lines;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(buffer.position(), copy);
        return copy;
    }
}
