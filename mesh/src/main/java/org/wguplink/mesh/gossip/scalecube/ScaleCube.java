package org.wguplink.mesh.gossip.scalecube;

import io.scalecube.cluster.Cluster;
import io.scalecube.cluster.ClusterConfig;
import io.scalecube.cluster.ClusterImpl;
import io.scalecube.cluster.ClusterMessageHandler;
import io.scalecube.cluster.Member;
import io.scalecube.cluster.membership.MembershipEvent;
import io.scalecube.cluster.transport.api.Message;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.document.DocumentType;
import org.wguplink.mesh.gossip.MeshException;
import org.wguplink.mesh.gossip.MeshSettings;
import org.wguplink.mesh.gossip.Neighbour;
import org.wguplink.mesh.gossip.OfferTransport;
import org.wguplink.mesh.gossip.frame.FrameCodec;
import org.wguplink.mesh.gossip.frame.FrameKind;
import org.wguplink.mesh.gossip.frame.MemberFields;
import org.wguplink.mesh.gossip.frame.NoMetadata;
import org.wguplink.mesh.gossip.socket.SocketTransport;
import reactor.core.publisher.Mono;

/** One node of a ScaleCube cluster. */
public final class ScaleCube implements OfferTransport {
    private static final System.Logger LOG = System.getLogger(ScaleCube.class.getName());
    /** Starting takes 50 ms; more only where the look-up of the own name waits for a resolver that is away. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    /** Leaving is gossiped for about 2 s so that others need not suspect us; then it is over. */
    private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(4);

    private static final int MAX_MEMBERS = 2 * 1000;

    private final SocketTransport sockets;
    private final Inbox inbox;
    private final Map<String, Member> members = new ConcurrentHashMap<>();
    private final Cluster cluster;
    private final Introduction introduction;

    private ScaleCube(PeerId self, MeshSettings settings, SocketTransport sockets, Inbox inbox) {
        this.sockets = sockets;
        this.inbox = inbox;
        var starting = new ClusterImpl(config(self, sockets)).handler(_ -> new Handler());
        this.cluster = starting;
        starting.start().block(START_TIMEOUT);
        this.introduction = new Introduction(cluster, settings.seeds(), settings.names(), this::members);
    }

    /**
     * Joins through the seeds; not reaching any is no failure, they are tried again.
     *
     * @throws MeshException when the engine does not start; the sockets are closed then
     */
    public static ScaleCube start(PeerId self, MeshSettings settings, SocketTransport sockets, Inbox inbox)
            throws MeshException {
        try {
            return new ScaleCube(self, settings, sockets, inbox);
        } catch (RuntimeException e) {
            sockets.close();
            throw new MeshException("the gossip engine does not start: " + e.getMessage(), e);
        }
    }

    @Override
    public void spread(String offer) {
        Message message =
                Message.withQualifier(FrameKind.OFFER.qualifier()).data(offer).build();
        cluster.spreadGossip(message).subscribe(null, ScaleCube::lost);
    }

    @Override
    public void send(String address, DocumentType type, String document) {
        Message message = Message.withQualifier(FrameKind.of(type).qualifier())
                .data(document)
                .build();
        cluster.transport().send(address, message).subscribe(null, ScaleCube::lost);
    }

    @Override
    public Collection<Neighbour> members() {
        return members.values().stream().map(ScaleCube::neighbour).toList();
    }

    @Override
    public void close() {
        introduction.close();
        cluster.shutdown();
        try {
            cluster.onShutdown().timeout(LEAVE_TIMEOUT, Mono.empty()).block();
        } finally {
            sockets.close();
        }
    }

    private static ClusterConfig config(PeerId self, SocketTransport sockets) {
        return ClusterConfig.defaultConfig()
                // new in every run: others know sequences of gossip by it, and would take a restarted node's for old
                .memberId(UUID.randomUUID().toString())
                .memberAlias(self.value())
                .metadataCodec(new NoMetadata())
                .metadataTimeout(3_000)
                .transport(transport -> transport
                        .messageCodec(new FrameCodec())
                        .maxFrameLength(FrameCodec.MAX_FRAME)
                        .transportFactory(_ -> sockets))
                .failureDetector(detector ->
                        detector.pingInterval(2_000).pingTimeout(1_000).pingReqMembers(3))
                // a gossip goes out every 200 ms for 3 * log2(members) rounds: 1.8 s with 4 nodes
                .gossip(gossip -> gossip.gossipInterval(200).gossipFanout(4).gossipRepeatMult(3))
                .membership(membership -> membership
                        .namespace(MemberFields.NAMESPACE)
                        .suspicionMult(4)
                        .syncInterval(20_000)
                        .syncTimeout(3_000));
    }

    private static Neighbour neighbour(Member member) {
        return new Neighbour(new PeerId(member.alias()), member.address());
    }

    private static void lost(Throwable why) {
        LOG.log(Level.DEBUG, "not sent: {0}", why.getMessage()); // best effort: whoever waits has a timeout
    }

    private final class Handler implements ClusterMessageHandler {
        @Override
        public void onMessage(Message message) {
            FrameKind.of(message.qualifier())
                    .flatMap(FrameKind::document)
                    .ifPresent(type -> inbox.received(type, message.data(), message.sender()));
        }

        @Override
        public void onGossip(Message gossip) {
            if (FrameKind.OFFER.qualifier().equals(gossip.qualifier())) inbox.heard(gossip.data());
        }

        @Override
        public void onMembershipEvent(MembershipEvent event) {
            Member member = event.member();
            if (event.isAdded() && members.size() < MAX_MEMBERS) {
                members.put(member.id(), member);
                inbox.joined(neighbour(member));
            } else if (event.isRemoved() || event.isLeaving()) {
                if (members.remove(member.id()) != null) inbox.left(neighbour(member));
            }
        }
    }
}
