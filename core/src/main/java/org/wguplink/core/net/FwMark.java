package org.wguplink.core.net;

/**
 * A packet or connection mark and the bits of it that count ({@code SO_MARK}, {@code ip rule fwmark}, {@code CTA_MARK}).
 *
 * @param value bits outside {@code mask} are zero
 */
public record FwMark(int value, int mask) {
    public FwMark {
        if (mask == 0 || (value & ~mask) != 0)
            throw new IllegalArgumentException("mark 0x%08x does not fit mask 0x%08x".formatted(value, mask));
    }

    @Override
    public String toString() {
        return "0x%08x/0x%08x".formatted(value, mask);
    }
}
