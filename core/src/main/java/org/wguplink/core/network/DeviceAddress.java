package org.wguplink.core.network;

import java.net.InetAddress;
import org.wguplink.core.net.InetNetwork;

/** An address of a device with the length of its on-link prefix. */
public record DeviceAddress(String device, InetAddress address, int prefixLength) {
    public InetNetwork network() {
        return InetNetwork.containing(address, prefixLength);
    }
}
