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

    /**
     * Forgets the session with a peer, and begins a handshake at its endpoint at once. Where {@link #apply} leaves alone
     * what works, this is for a tunnel that does not. No such interface is no error.
     */
    void renew(String name, TunnelPeer peer) throws TunnelException;

    /**
     * This node's addresses or routes are others than before: sends each peer something at once, by which it learns where
     * we are now. Sessions stay. No such interface is no error.
     */
    void moved(String name) throws TunnelException;

    /** Empty when there is no such interface. */
    Optional<TunnelStatus> read(String name) throws TunnelException;

    /** Removes the interface, and the process behind it where there is one. No such interface is no error. */
    void remove(String name) throws TunnelException;

    /** Names of the WireGuard interfaces that exist here with the given beginning. */
    Set<String> names(String prefix) throws TunnelException;
}
