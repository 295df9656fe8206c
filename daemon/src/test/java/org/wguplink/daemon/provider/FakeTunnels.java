package org.wguplink.daemon.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.core.tunnel.TunnelInterface;
import org.wguplink.core.tunnel.TunnelPeer;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.core.tunnel.Tunnels;

/** Interfaces that are only remembered, and can be made to fail. Safe for two threads. */
public final class FakeTunnels implements Tunnels {
    private final Map<String, TunnelInterface> interfaces = new TreeMap<>();
    private final List<TunnelPeer> renewed = new ArrayList<>();
    /** How many more calls of {@link #apply} work. */
    private int working = Integer.MAX_VALUE;

    synchronized void broken(boolean yes) {
        working = yes ? 0 : Integer.MAX_VALUE;
    }

    synchronized void brokenAfter(int more) {
        working = more;
    }

    synchronized TunnelInterface made(String name) {
        return Optional.ofNullable(interfaces.get(name)).orElseThrow();
    }

    @Override
    public synchronized TunnelStatus apply(TunnelInterface desired) throws TunnelException {
        if (working == 0) throw new TunnelException("broken for the test");
        working--;
        interfaces.put(desired.name(), desired);
        return new TunnelStatus(desired.name(), 40_000, Map.of());
    }

    @Override
    public synchronized void renew(String name, TunnelPeer peer) {
        renewed.add(peer);
    }

    @Override
    public void moved(String name) {}

    /** The peers that were asked for a handshake, in order. */
    synchronized List<TunnelPeer> renewed() {
        return List.copyOf(renewed);
    }

    @Override
    public synchronized Optional<TunnelStatus> read(String name) {
        return Optional.ofNullable(interfaces.get(name)).map(i -> new TunnelStatus(name, 40_000, Map.of()));
    }

    @Override
    public synchronized void remove(String name) {
        interfaces.remove(name);
    }

    @Override
    public synchronized Set<String> names(String prefix) {
        return Set.copyOf(interfaces.keySet());
    }
}
