package org.wguplink.daemon.consumer;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.peer.PeerId;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.mesh.gossip.Mesh;

/** Asks providers for leases on behalf of this node, and gives them back. Loop thread only. */
final class LeaseClient {
    private static final int NONCE_BYTES = 24;
    private static final int WIREGUARD_OVERHEAD = 80;
    private static final int LEAST_MTU = 1280;
    private static final int USUAL_MTU = 1420;

    private final EventLoop loop;
    private final SecureRandom random = new SecureRandom();
    private Optional<Mesh> mesh = Optional.empty();
    private Optional<PeerId> self = Optional.empty();
    private Optional<Config.Mesh> where = Optional.empty();
    private NetworkSnapshot network = NetworkSnapshot.EMPTY;

    LeaseClient(EventLoop loop) {
        this.loop = loop;
    }

    void joined(Optional<Mesh> present, Optional<PeerId> ourselves) {
        mesh = present;
        self = ourselves;
    }

    void configure(Optional<Config.Mesh> address) {
        where = address;
    }

    void observe(NetworkSnapshot snapshot) {
        network = snapshot;
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
     * Asks for a lease, or its renewal. One of the two continuations runs later, on the loop.
     *
     * @param device the tunnel's, whose own addresses are no obstacle
     */
    void request(
            PeerId provider,
            String device,
            WireGuardKey key,
            int listenPort,
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
        var request = new LeaseRequest(
                self.orElseThrow(),
                provider,
                nonce(),
                loop.wall().instant(),
                key,
                Endpoint.of(where.orElseThrow().address(), listenPort),
                prefixesBut(device));
        var _ = mesh.orElseThrow()
                .request(request)
                .whenComplete((answer, failure) -> loop.execute(() -> {
                    if (failure == null) answered.accept(answer);
                    else failed.accept(reason(failure));
                }));
    }

    void release(PeerId provider, WireGuardKey key) {
        if (inMesh())
            mesh.orElseThrow()
                    .release(new LeaseRelease(
                            self.orElseThrow(), provider, nonce(), loop.wall().instant(), key));
    }

    /** The tunnel's MTU, from that of the device towards the endpoint. */
    int mtuTowards(Endpoint endpoint) {
        int mtu = endpoint.address()
                .flatMap(a -> network.addresses().stream()
                        .filter(d -> d.network().contains(a))
                        .findFirst())
                .flatMap(d -> network.link(d.device()))
                .map(l -> l.mtu() - WIREGUARD_OVERHEAD)
                .orElse(USUAL_MTU);
        return Math.max(LEAST_MTU, mtu);
    }

    /** What this node uses apart from one tunnel's own addresses; the leases of other tunnels are in it. */
    List<InetNetwork> prefixesBut(String device) {
        return network.without(device)
                .prefixesInUse()
                .limit(LeaseRequest.MAX_PREFIXES)
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
