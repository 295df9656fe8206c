package org.wguplink.daemon.consumer;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.route.Layout;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.core.tunnel.TunnelInterface;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.core.tunnel.TunnelPeer;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.core.tunnel.Tunnels;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.linux.wireguard.WireGuardKeys;

/** The WireGuard interface of one uplink, as the lease asks for it. Its calls block: on the worker only. */
record UplinkTunnel(Tunnels tunnels, TunnelKeys keys, String device) {
    private static final Duration KEEPALIVE = Duration.ofSeconds(25);
    private static final int BARE_MTU = 1420;

    /** Removes the interfaces of uplinks other than these; which they were. */
    static Set<String> removeBut(Set<String> known, Tunnels tunnels) throws TunnelException {
        Set<String> orphans = new HashSet<>(tunnels.names(TunnelName.PREFIX));
        orphans.removeAll(known);
        orphans.remove(TunnelName.SERVED);
        for (String device : orphans) tunnels.remove(device);
        return orphans;
    }

    /** What a lease is asked for with. */
    record Prepared(WireGuardKey key, int listenPort, boolean fresh) {}

    /**
     * Makes the interface without a peer, or finds it as an earlier run left it.
     *
     * @param clockIsLost whether the system's clock is plainly wrong. A provider refuses a handshake that is dated before
     *     the last one from the same key (the WireGuard paper, section 5.1), so an interface that is made then needs a
     *     fresh key
     */
    Prepared prepare(boolean clockIsLost) throws IOException, TunnelException {
        Optional<TunnelStatus> existing = tunnels.read(device);
        boolean fresh = clockIsLost && existing.isEmpty();
        WireGuardSecret secret = fresh ? keys.renew(device) : keys.of(device);
        // one that was left half made has no port yet
        TunnelStatus status = existing.filter(s -> s.listenPort() != 0).isPresent()
                ? existing.orElseThrow()
                : tunnels.apply(new TunnelInterface(device, secret, 0, Layout.OUTER, BARE_MTU, Set.of(), List.of()));
        return new Prepared(WireGuardKeys.publicKey(secret), status.listenPort(), fresh);
    }

    /** Makes the interface for a lease, leading to the provider; a session that there is goes on where it is. */
    TunnelStatus lead(Grant grant, Endpoint first, int mtu, int listenPort) throws IOException, TunnelException {
        TunnelAddresses addresses = grant.addresses();
        return tunnels.apply(new TunnelInterface(
                device,
                keys.of(device),
                listenPort,
                Layout.OUTER,
                mtu,
                Set.of(
                        new DeviceAddress(device, addresses.consumer4(), 32),
                        new DeviceAddress(device, addresses.consumer6(), 128)),
                List.of(provider(grant, first))));
    }

    /** Calls the provider anew, at this endpoint. */
    void renew(Grant grant, Endpoint endpoint) throws TunnelException {
        tunnels.renew(device, provider(grant, endpoint));
    }

    /** This node is elsewhere: tells the provider. */
    void moved() throws TunnelException {
        tunnels.moved(device);
    }

    /** What WireGuard knows of the provider's end. */
    Optional<TunnelStatus.Peer> peer(Grant grant) throws TunnelException {
        return tunnels.read(device)
                .flatMap(status -> Optional.ofNullable(status.peers().get(grant.publicKey())));
    }

    private static TunnelPeer provider(Grant grant, Endpoint endpoint) {
        return new TunnelPeer(
                grant.publicKey(),
                Optional.of(endpoint),
                Set.of(InetNetwork.any(Family.IPV4), InetNetwork.any(Family.IPV6)),
                KEEPALIVE);
    }
}
