package org.wguplink.core.network;

/**
 * A network interface.
 *
 * @param index the kernel's interface index; a device that was made anew has another
 * @param up administratively up ({@code IFF_UP})
 * @param carrier the lower layer is up ({@code IFF_LOWER_UP})
 */
public record Link(String name, int index, boolean up, boolean carrier, int mtu) {
    /** Whether packets can leave here at all. */
    public boolean usable() {
        return up && carrier;
    }
}
