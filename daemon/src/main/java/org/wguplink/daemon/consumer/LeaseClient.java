package org.wguplink.daemon.consumer;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.wguplink.core.endpoint.EndpointKind;
import org.wguplink.core.endpoint.OwnEndpoints;
import org.wguplink.core.endpoint.Preference;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Isp;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.tunnel.TunnelMtu;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.loop.Loop;
import org.wguplink.mesh.gossip.Leases;
import org.wguplink.mesh.names.HostNames;

/** Asks providers for leases on behalf of this node, and gives them back. Loop thread only. */
final class LeaseClient implements UplinkLease.Office {
    private static final int NONCE_BYTES = 24;

    private final Loop loop;
    private final SecureRandom random = new SecureRandom();
    /** Of the newest request to each provider. */
    private final Map<PeerId, String> asked = new HashMap<>();
    /** By provider: two that answer at one time may give the same, before either is on an interface. */
    private final Map<PeerId, TunnelAddresses> granted = new HashMap<>();

    private Optional<? extends Leases> mesh = Optional.empty();
    private Optional<PeerId> self = Optional.empty();
    private Optional<Config.Mesh> where = Optional.empty();
    private final HostNames names;
    private NetworkSnapshot network = NetworkSnapshot.EMPTY;
    private Set<String> wans = Set.of();
    private Set<InetAddress> seenAt = Set.of();

    LeaseClient(Loop loop, HostNames names) {
        this.loop = loop;
        this.names = names;
    }

    void joined(Optional<? extends Leases> present, Optional<PeerId> ourselves) {
        mesh = present;
        self = ourselves;
    }

    void configure(Optional<Config.Mesh> address) {
        where = address;
    }

    /** Whether this node may be reached elsewhere, or by other ways, than before. */
    boolean observe(NetworkSnapshot snapshot, Set<String> wanDevices) {
        boolean changed = !snapshot.underlay().equals(network.underlay()) || !wanDevices.equals(wans);
        network = snapshot;
        wans = wanDevices;
        return changed;
    }

    /** The addresses, not its own, at which others see this node. */
    void seenAt(Set<InetAddress> elsewhere) {
        seenAt = elsewhere;
    }

    boolean behindNat() {
        return !seenAt.isEmpty();
    }

    /** Whose the own line is. */
    Isp isp(Optional<String> name) {
        return Isp.of(name, network, wans, seenAt);
    }

    Optional<PeerId> self() {
        return self;
    }

    /** A provider's endpoints that are worth trying, best first, with names as they stand for now. */
    List<TypedEndpoint> order(List<TypedEndpoint> stated) {
        List<TypedEndpoint> literal = stated.stream()
                .flatMap(e -> e.endpoint().address().isPresent()
                        ? Stream.of(e)
                        : names.known(e.endpoint().host()).stream().flatMap(a -> e.at(a).stream()))
                .toList();
        return Preference.order(literal, network, wans);
    }

    /** Whether packets to an endpoint leave by one of the own WANs. */
    boolean ridesOwnWan(Endpoint endpoint) {
        return endpoint.address()
                .flatMap(network::towards)
                .filter(r -> wans.contains(r.device()))
                .isPresent();
    }

    /** Whether there is a way to an endpoint, and it is none of the own WANs. */
    boolean avoidsOwnWans(Endpoint endpoint) {
        return endpoint.address()
                .flatMap(network::towards)
                .filter(r -> !wans.contains(r.device()))
                .isPresent();
    }

    /** An endpoint is tried since nothing works: one that is of a name may be out of date. */
    void tried(List<TypedEndpoint> stated, TypedEndpoint endpoint) {
        for (TypedEndpoint each : stated)
            if (each.endpoint().address().isEmpty() && each.kind() == endpoint.kind())
                names.refresh(each.endpoint().host());
    }

    boolean inMesh() {
        return mesh.isPresent() && self.isPresent() && where.isPresent();
    }

    /** Whether a device was there when the network was last looked at. */
    boolean exists(String device) {
        return network.link(device).isPresent();
    }

    boolean isSelf(PeerId peer) {
        return self.equals(Optional.of(peer));
    }

    /**
     * Asks for a lease, or its renewal. One of the two continuations runs on the loop: at once where nobody can be asked.
     *
     * @param device the tunnel's, whose own addresses are no obstacle
     * @param own end of the tunnel
     * @param mtu that the consumer's end will have
     * @param call asks the provider to begin a handshake, with our endpoint of that kind if there is one
     */
    @Override
    public void request(
            PeerId provider,
            String device,
            UplinkTunnel.Prepared own,
            int mtu,
            Optional<EndpointKind> call,
            Consumer<LeaseAnswer> answered,
            Consumer<String> failed) {
        if (!inMesh()) {
            failed.accept("this node is in no mesh");
            return;
        }
        if (!loop.wall().isKnown()) {
            failed.accept("the clock of this node is wrong, and no member of the mesh has told the time yet");
            return;
        }
        InetAddress mine = where.orElseThrow().address();
        List<TypedEndpoint> endpoints = OwnEndpoints.of(network, wans, Optional.of(mine), own.listenPort(), List.of());
        String nonce = nonce();
        asked.put(provider, nonce);
        var request = new LeaseRequest(
                self.orElseThrow(),
                provider,
                nonce,
                loop.wall().instant(),
                own.key(),
                Endpoint.of(mine, own.listenPort()),
                prefixesBut(device),
                endpoints,
                call.flatMap(kind -> ofKind(endpoints, kind)),
                Optional.of(mtu));
        var _ = mesh.orElseThrow()
                .request(request)
                .whenComplete((answer, failure) -> loop.execute(() -> {
                    if (failure == null) answered(answer, answered);
                    else failed.accept(reason(failure));
                }));
    }

    private void answered(LeaseAnswer answer, Consumer<LeaseAnswer> told) {
        if (answer instanceof Grant grant) granted.put(grant.provider(), grant.addresses());
        told.accept(answer);
    }

    /** Our own end of the same kind; over a mesh that is the internet, the mesh's address is one of the WAN. */
    private static Optional<Endpoint> ofKind(List<TypedEndpoint> endpoints, EndpointKind kind) {
        return endpoints.stream()
                .filter(e -> e.kind() == kind)
                .findFirst()
                .or(() -> TypedEndpoint.family(kind)
                        .flatMap(family -> endpoints.stream()
                                .filter(e -> e.kind() == EndpointKind.MESH
                                        && e.endpoint()
                                                .address()
                                                .map(Family::of)
                                                .equals(Optional.of(family)))
                                .findFirst()))
                .map(TypedEndpoint::endpoint);
    }

    @Override
    public void release(PeerId provider, WireGuardKey key) {
        granted.remove(provider);
        if (inMesh())
            mesh.orElseThrow()
                    .release(new LeaseRelease(
                            self.orElseThrow(), provider, nonce(), loop.wall().instant(), key));
    }

    @Override
    public void giveBack(Grant unwanted, WireGuardKey key) {
        if (unwanted.nonce().equals(asked.get(unwanted.provider()))) release(unwanted.provider(), key);
    }

    /** The tunnel's MTU, whichever endpoint it is led to. */
    int mtuTowards(List<Endpoint> endpoints) {
        return TunnelMtu.towards(endpoints, network);
    }

    /** What this node uses apart from one tunnel's own addresses; the leases of other tunnels are in it. */
    @Override
    public List<InetNetwork> prefixesBut(String device) {
        Stream<InetNetwork> others = granted.entrySet().stream()
                .filter(lease -> !TunnelName.of(lease.getKey()).equals(device))
                .flatMap(lease ->
                        Stream.of(lease.getValue().consumer4(), lease.getValue().consumer6()))
                .map(InetNetwork::host);
        return Stream.concat(others, network.without(device).prefixesInUse())
                .distinct()
                .limit(LeaseRequest.MAX_PREFIXES_WITH_ENDPOINTS)
                .toList();
    }

    private String nonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
    }

    private static String reason(Throwable failure) {
        return Failures.text(failure.getCause() == null ? failure : failure.getCause());
    }
}
