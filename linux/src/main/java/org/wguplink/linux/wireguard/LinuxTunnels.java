package org.wguplink.linux.wireguard;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.wguplink.core.network.DeviceAddress;
import org.wguplink.core.network.Link;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.core.tunnel.TunnelInterface;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.core.tunnel.TunnelPeer;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.core.tunnel.Tunnels;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.LinkControl;

/**
 * WireGuard interfaces of this network namespace: of the kernel where it has the module, else of wireguard-go. An
 * interface lives on when this object, or the whole daemon, ends. Thread-safe.
 */
public final class LinuxTunnels implements Tunnels, AutoCloseable {
    private static final Path CONTROL_SOCKETS = Path.of("/var/run/wireguard");
    private static final Set<String> KINDS = Set.of("wireguard", "tun");
    private static final Duration PORT_PATIENCE = Duration.ofSeconds(2);

    private final LinkControl links;
    private final WireGuardControl wireGuard;

    public LinuxTunnels() throws TunnelException {
        try {
            links = new LinkControl();
            Optional<GenericNetlinkWireGuard> kernel = GenericNetlinkWireGuard.open();
            wireGuard = kernel.isPresent() ? kernel.get() : new UapiWireGuard(CONTROL_SOCKETS, new WireGuardGo());
        } catch (OsException e) {
            throw failure(e);
        }
    }

    @Override
    public synchronized TunnelStatus apply(TunnelInterface desired) throws TunnelException {
        String name = desired.name();
        if (!exists(name)) wireGuard.create(name, links);
        WireGuardDevice present = present(name);
        WireGuardChange change = WireGuardChange.between(present, desired);
        if (!change.isEmpty()) wireGuard.change(name, change);
        try {
            Optional<Link> link = links.link(name);
            if (link.filter(l -> l.mtu() == desired.mtu()).isEmpty()) links.setMtu(name, desired.mtu());
            applyAddresses(name, desired.addresses());
            if (link.filter(Link::up).isEmpty()) links.setUp(name);
        } catch (OsException e) {
            throw failure(e);
        }
        return withPort(name);
    }

    @Override
    public synchronized void renew(String name, TunnelPeer peer) throws TunnelException {
        if (exists(name)) wireGuard.change(name, WireGuardChange.renewed(peer));
    }

    @Override
    public synchronized void moved(String name) throws TunnelException {
        if (!exists(name)) return;
        WireGuardChange change = WireGuardChange.moved(present(name));
        if (!change.isEmpty()) wireGuard.change(name, change);
    }

    @Override
    public synchronized Optional<TunnelStatus> read(String name) throws TunnelException {
        if (!exists(name)) return Optional.empty();
        return wireGuard.read(name).map(device -> device.status(name));
    }

    @Override
    public synchronized void remove(String name) throws TunnelException {
        wireGuard.remove(name, links);
    }

    @Override
    public synchronized Set<String> names(String prefix) throws TunnelException {
        try {
            return links.kinds().entrySet().stream()
                    .filter(link -> link.getKey().startsWith(prefix) && KINDS.contains(link.getValue()))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
        } catch (OsException e) {
            throw failure(e);
        }
    }

    /** The ports of WireGuard interfaces here that are not ours: the user's own meshes and VPNs. */
    public synchronized Set<Integer> foreignPorts() throws TunnelException {
        var ports = new HashSet<Integer>();
        for (String name : names("")) {
            if (TunnelName.isOurs(name)) continue;
            // a tun of another program has no WireGuard behind it
            wireGuard
                    .read(name)
                    .map(WireGuardDevice::listenPort)
                    .filter(p -> p != 0)
                    .ifPresent(ports::add);
        }
        return ports;
    }

    @Override
    public synchronized void close() {
        wireGuard.close();
        links.close();
    }

    private boolean exists(String name) throws TunnelException {
        try {
            return links.exists(name);
        } catch (OsException e) {
            throw failure(e);
        }
    }

    private WireGuardDevice present(String name) throws TunnelException {
        return wireGuard
                .read(name)
                .orElseThrow(() -> new TunnelException("%s exists, but WireGuard does not know it".formatted(name)));
    }

    /** Link-local addresses are the kernel's own matter. */
    private void applyAddresses(String name, Set<DeviceAddress> desired) throws OsException {
        Set<DeviceAddress> wanted = new HashSet<>();
        for (DeviceAddress address : desired)
            wanted.add(new DeviceAddress(name, address.address(), address.prefixLength()));
        Set<DeviceAddress> present = new HashSet<>(links.addresses(name));
        for (DeviceAddress address : wanted) if (!present.contains(address)) links.addAddress(address);
        for (DeviceAddress address : present)
            if (!wanted.contains(address) && !address.address().isLinkLocalAddress()) links.deleteAddress(address);
    }

    /** wireguard-go takes its port a moment after the link is up. */
    private TunnelStatus withPort(String name) throws TunnelException {
        long deadline = System.nanoTime() + PORT_PATIENCE.toNanos();
        while (true) {
            TunnelStatus status = present(name).status(name);
            if (status.listenPort() != 0) return status;
            if (System.nanoTime() - deadline > 0)
                throw new TunnelException("%s is up, but listens on no port".formatted(name));
            try {
                Thread.sleep(Duration.ofMillis(2));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TunnelException("%s: interrupted".formatted(name), e);
            }
        }
    }

    private static TunnelException failure(OsException e) {
        return new TunnelException(String.valueOf(e.getMessage()), e);
    }
}
