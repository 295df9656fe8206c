package org.wguplink.daemon.simulation;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.tunnel.TunnelName;

/** Where packets get to at this moment: by radio between nodes, by WANs, and through tunnels as providers forward them. */
final class World {
    private static final Duration RADIO = Duration.ofMillis(2);

    final List<SimNode> nodes = new ArrayList<>();
    private final Map<InetAddress, SimNode> owners = new HashMap<>();
    /** The part of a parted radio network that each node is in. */
    final Map<SimNode, Integer> parts = new HashMap<>();
    /** Pairs of nodes between which the radio does not work. */
    final Set<Set<SimNode>> silent = new HashSet<>();
    /** Of each packet by radio, 0 to 1. */
    double radioLoss;

    /** One way from a node to an address. */
    record Hop(SimNode to, InetAddress source, Duration delay, double loss) {}

    /**
     * What becomes of a packet that enters a path.
     *
     * @param heard whether the other end of a tunnel hears it, and is heard
     * @param internet whether it gets to the internet, and the answer back
     * @param portal whether pages are answered by a captive portal
     * @param providers that forward it, in order
     * @param roundTrip without jitter
     * @param loss on both ways
     */
    record Way(
            boolean heard, boolean internet, boolean portal, List<SimNode> providers, Duration roundTrip, double loss) {
        static final Way NONE = new Way(false, false, false, List.of(), Duration.ZERO, 0);
    }

    void add(SimNode node) {
        nodes.add(node);
        node.addresses().forEach(a -> owners.put(a, node));
    }

    SimNode node(PeerId id) {
        return nodes.stream().filter(n -> n.id.equals(id)).findFirst().orElseThrow();
    }

    /** Everything works as in the beginning. */
    void heal() {
        parts.clear();
        silent.clear();
        radioLoss = 0;
        nodes.forEach(n -> n.wans.forEach(Wan::heal));
    }

    /** The way of WireGuard's outer packets, and of the mesh's. */
    Optional<Hop> outer(SimNode from, InetAddress to) {
        SimNode owner = owners.get(to);
        if (owner == null || owner == from || !from.powered || !owner.powered) return Optional.empty();
        if (SimNode.isRadio(to))
            return radio(from, owner)
                    ? Optional.of(new Hop(owner, from.radioAddress(), RADIO, radioLoss))
                    : Optional.empty();
        Family family = Family.of(to);
        Optional<Wan> out = from.outerWan(family).filter(w -> w.sends(family));
        Optional<Wan> in = owner.wan(to).filter(w -> w.receives(family));
        if (out.isEmpty() || in.isEmpty()) return Optional.empty();
        return Optional.of(new Hop(
                owner,
                out.get().address(family),
                out.get().delay.plus(in.get().delay),
                1 - (1 - out.get().loss) * (1 - in.get().loss)));
    }

    private boolean radio(SimNode a, SimNode b) {
        return a.radio
                && b.radio
                && parts.getOrDefault(a, 0).equals(parts.getOrDefault(b, 0))
                && !silent.contains(Set.of(a, b));
    }

    /** Whether one of two nodes can reach the mesh's address of the other, and is answered. */
    boolean mesh(SimNode a, SimNode b) {
        return connects(a, b) || connects(b, a);
    }

    private boolean connects(SimNode a, SimNode b) {
        if (outer(a, b.meshAddress()).flatMap(hop -> outer(b, hop.source())).isPresent()) return true;
        // over the internet, what has no narrower route takes the path in use
        return a.powered
                && b.powered
                && !SimNode.isRadio(b.meshAddress())
                && b.wan(b.meshAddress()).filter(w -> w.works(Family.IPV4)).isPresent()
                && a.way(Family.IPV4).internet;
    }

    /** What becomes of a packet of that family that a node sends by a device. */
    Way way(SimNode from, String device, Family family) {
        return way(from, device, family, List.of());
    }

    private Way way(SimNode from, String device, Family family, List<SimNode> before) {
        if (!from.powered || before.contains(from)) return Way.NONE;
        Optional<Wan> own = from.wan(device);
        if (own.isPresent()) {
            Wan wan = own.get();
            return new Way(
                    wan.works(family),
                    wan.works(family),
                    wan.portal,
                    List.of(),
                    wan.delay.multipliedBy(2),
                    1 - (1 - wan.loss) * (1 - wan.loss));
        }
        Optional<Hop> there = provider(from, device);
        if (there.isEmpty()) return Way.NONE;
        SimNode provider = there.get().to;
        Optional<Hop> back = outer(provider, there.get().source).filter(h -> h.to == from);
        SimTunnels.Interface here = from.tunnels.of(device).orElseThrow();
        Optional<SimTunnels.Interface> served = provider.tunnels.of(TunnelName.SERVED);
        boolean heard = back.isPresent()
                && served.filter(s -> s.peers.containsKey(here.key) && here.peers.containsKey(s.key))
                        .isPresent();
        if (!heard) return new Way(false, false, false, List.of(provider), Duration.ZERO, 0);
        var chain = new ArrayList<>(before);
        chain.add(from);
        Optional<Way> beyond = provider.kernel.exit(family).map(exit -> way(provider, exit, family, chain));
        Way rest = beyond.orElse(Way.NONE);
        var providers = new ArrayList<SimNode>();
        providers.add(provider);
        providers.addAll(rest.providers);
        return new Way(
                true,
                rest.internet,
                rest.portal,
                providers,
                there.get().delay.plus(back.orElseThrow().delay).plus(rest.roundTrip),
                1 - (1 - there.get().loss) * (1 - back.orElseThrow().loss) * (1 - rest.loss));
    }

    /** Where the tunnel of an uplink leads. */
    Optional<Hop> provider(SimNode from, String device) {
        return from.tunnels
                .of(device)
                .flatMap(i -> i.peers.values().stream().findFirst())
                .flatMap(peer -> peer.endpoint)
                .flatMap(Endpoint::address)
                .flatMap(address -> outer(from, address));
    }

    /** A handshake: when it gets there and back, each end has heard the other. */
    void handshake(SimNode from, String device, WireGuardKey with) {
        SimTunnels.Interface here = from.tunnels.of(device).orElseThrow();
        Optional<Hop> there = Optional.ofNullable(here.peers.get(with))
                .flatMap(p -> p.endpoint)
                .flatMap(Endpoint::address)
                .flatMap(address -> outer(from, address));
        if (there.isEmpty()) return;
        SimNode to = there.get().to;
        Optional<SimTunnels.Interface> other = to.tunnels.interfaces().values().stream()
                .filter(i -> i.key.equals(with))
                .findFirst();
        Optional<Hop> back = outer(to, there.get().source);
        if (other.filter(o -> o.peers.containsKey(here.key)).isEmpty() || back.isEmpty()) return;
        from.later(there.get().delay.plus(back.get().delay), () -> {
            hear(to, other.get(), here.key, from, there.get().source);
            SimTunnels.Peer peer = here.peers.get(with);
            if (peer != null) peer.heard(from.wallClock(), from.now());
        });
    }

    /** A tunnel's packet from a consumer has come: WireGuard follows it to where it came from. */
    void hear(SimNode at, SimTunnels.Interface by, WireGuardKey of, SimNode from, InetAddress source) {
        SimTunnels.Peer peer = by.peers.get(of);
        if (peer == null) return;
        peer.heard(at.wallClock(), at.now());
        peer.endpoint = Optional.of(Endpoint.of(source, from.portOf(of)));
    }
}
