package org.wguplink.core.tunnel;

import java.util.Optional;
import java.util.Set;

/** Makes WireGuard interfaces and keeps them as they are to be. All calls may block for some 100 ms. */
public interface Tunnels {
    /**
     * Creates or adjusts the interface, its peers and addresses, and brings it up. A peer that stays keeps its session;
     * an interface that exists is adopted.
     */
    TunnelStatus apply(TunnelInterface desired) throws TunnelException;

    /** Empty when there is no such interface. */
    Optional<TunnelStatus> read(String name) throws TunnelException;

    /** Removes the interface, and the process behind it where there is one. No such interface is no error. */
    void remove(String name) throws TunnelException;

    /** Names of the WireGuard interfaces that exist here with the given beginning. */
    Set<String> names(String prefix) throws TunnelException;
}
