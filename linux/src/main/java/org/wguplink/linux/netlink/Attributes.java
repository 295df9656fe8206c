package org.wguplink.linux.netlink;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.wguplink.core.net.Addresses;

/** The attributes of a message, in their order (struct nlattr, linux/netlink.h). */
public final class Attributes {
    private static final int TYPE_MASK = 0x3fff;

    private final List<Attribute> list = new ArrayList<>();

    private record Attribute(int type, ByteBuffer value) {}

    private Attributes() {}

    /** Reads to the end of {@code buffer}; a damaged rest is left out. */
    static Attributes parse(ByteBuffer buffer, int offset) {
        var attributes = new Attributes();
        int at = offset;
        while (at + 4 <= buffer.limit()) {
            int length = Short.toUnsignedInt(buffer.getShort(at));
            if (length < 4 || length > buffer.limit() - at) break;
            int type = buffer.getShort(at + 2) & TYPE_MASK;
            attributes.list.add(
                    new Attribute(type, buffer.slice(at + 4, length - 4).order(ByteOrder.nativeOrder())));
            at += (length + 3) & ~3;
        }
        return attributes;
    }

    public Optional<ByteBuffer> find(int type) {
        for (Attribute attribute : list) if (attribute.type == type) return Optional.of(attribute.value);
        return Optional.empty();
    }

    public OptionalInt u8(int type) {
        Optional<ByteBuffer> value = find(type).filter(v -> v.limit() >= 1);
        return value.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(Byte.toUnsignedInt(value.get().get(0)));
    }

    public OptionalInt u16(int type) {
        Optional<ByteBuffer> value = find(type).filter(v -> v.limit() >= 2);
        return value.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(Short.toUnsignedInt(value.get().getShort(0)));
    }

    /** In network order, as netfilter has it. */
    public OptionalInt bigEndianU16(int type) {
        OptionalInt value = u16(type);
        return value.isEmpty() || ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
                ? value
                : OptionalInt.of(Short.toUnsignedInt(Short.reverseBytes((short) value.getAsInt())));
    }

    /** The 32 bits, which the caller may take as unsigned. */
    public OptionalInt u32(int type) {
        Optional<ByteBuffer> value = find(type).filter(v -> v.limit() >= 4);
        return value.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(value.get().getInt(0));
    }

    /** 0 when there is none. */
    public long u64(int type) {
        return find(type).filter(v -> v.limit() >= 8).map(v -> v.getLong(0)).orElse(0L);
    }

    public Optional<byte[]> bytes(int type) {
        return find(type).map(value -> {
            byte[] copy = new byte[value.limit()];
            value.get(0, copy);
            return copy;
        });
    }

    public Optional<String> string(int type) {
        return bytes(type).map(bytes -> {
            int length = 0;
            while (length < bytes.length && bytes[length] != 0) length++;
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        });
    }

    public Optional<InetAddress> address(int type) {
        return bytes(type).filter(b -> b.length == 4 || b.length == 16).map(Addresses::of);
    }

    public Optional<Attributes> nested(int type) {
        return find(type).map(value -> parse(value, 0));
    }

    /** The elements of an attribute that is a list. */
    public List<Attributes> elements(int type) {
        return nested(type).stream()
                .flatMap(list -> list.list.stream())
                .map(element -> parse(element.value, 0))
                .toList();
    }
}
