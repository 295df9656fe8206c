package org.wguplink.linux.wireguard;

import java.util.Optional;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.linux.netlink.LinkControl;

/** One of the two ways to speak with WireGuard. Links' addresses and MTU are not its matter. */
interface WireGuardControl extends AutoCloseable {
    /** Empty when WireGuard knows no such interface. */
    Optional<WireGuardDevice> read(String name) throws TunnelException;

    void create(String name, LinkControl links) throws TunnelException;

    void change(String name, WireGuardChange change) throws TunnelException;

    /** Deletes the interface and what stands behind it. None is no error. */
    void remove(String name, LinkControl links) throws TunnelException;

    @Override
    void close();
}
