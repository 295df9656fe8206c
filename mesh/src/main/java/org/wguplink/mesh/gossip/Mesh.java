package org.wguplink.mesh.gossip;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.document.DocumentException;
import org.wguplink.mesh.document.DocumentType;
import org.wguplink.mesh.document.Documents;
import org.wguplink.mesh.gossip.scalecube.ScaleCube;
import org.wguplink.mesh.gossip.socket.SocketTransport;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.roster.Roster;

/** This node's place in the mesh: it publishes its offer, hears the others' offers, and asks for and gives leases. */
public final class Mesh implements Leases, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Mesh.class.getName());
    /** The newest offer is spread again this often, for whom the gossip missed. */
    static final Duration RESPREAD = Duration.ofSeconds(30);
    /** After somebody joined: the engine needs a moment to reckon with it, and several may join at once. */
    private static final Duration JOIN_DELAY = Duration.ofMillis(300);

    private final PeerId self;
    private final Documents documents;
    private final Supplier<Roster> roster;
    private final MeshListener listener;
    private final MeshThread thread;
    private final OfferTransport transport;
    private final LeaseDesk desk;
    private final HeardOffers heard = new HeardOffers();
    private volatile @Nullable String newest;
    private volatile boolean closed;
    private boolean respreadDue; // on the mesh's thread
    private Set<PeerId> reported = Set.of(); // on the mesh's thread

    private Mesh(
            MeshSettings settings, Identity self, Supplier<Roster> roster, MeshListener listener, InstantSource clock)
            throws MeshException {
        this.self = self.peerId();
        this.documents = new Documents(self);
        this.roster = roster;
        this.listener = new QuietListener(listener);
        this.thread = new MeshThread("mesh-" + self.peerId());
        // what arrives is handled on our thread, which begins only once everything here is set
        var incoming = new Incoming();
        try {
            SocketTransport sockets = bind(settings, self, roster, incoming);
            this.transport = ScaleCube.start(this.self, settings, sockets, incoming);
        } catch (MeshException e) {
            thread.close();
            throw e;
        }
        this.desk = new LeaseDesk(self, roster, this.listener, transport, thread::must, clock);
    }

    /**
     * Binds, and begins to look for the others. A seed that cannot be reached is tried again for as long as it is absent.
     *
     * @param roster the roster in force, asked for at each document
     * @throws MeshException when the address or the port cannot be bound
     */
    public static Mesh start(MeshSettings settings, Identity self, Supplier<Roster> roster, MeshListener listener)
            throws MeshException {
        return start(settings, self, roster, listener, InstantSource.system());
    }

    /**
     * The same with another clock than the system's.
     *
     * @param clock by which requests are fresh or stale; asked from any thread
     */
    public static Mesh start(
            MeshSettings settings, Identity self, Supplier<Roster> roster, MeshListener listener, InstantSource clock)
            throws MeshException {
        var mesh = new Mesh(settings, self, roster, listener, clock);
        mesh.thread.begin();
        mesh.thread.every(RESPREAD, () -> mesh.membersChanged(false)); // the roster may have changed
        mesh.thread.every(RESPREAD, mesh::respread);
        return mesh;
    }

    /**
     * Signs the offer and tells it to everybody, now and from time to time, until there is a newer one.
     *
     * @throws IllegalArgumentException when the offer is not this node's own
     */
    public void publish(Offer offer) {
        if (!offer.peerId().equals(self))
            throw new IllegalArgumentException("an offer of '%s'".formatted(offer.peerId()));
        try {
            String document = documents.sign(offer);
            newest = document;
            transport.spread(document);
        } catch (DocumentException e) {
            throw new IllegalArgumentException("the offer cannot be signed: " + e.getMessage(), e);
        }
    }

    @Override
    public CompletableFuture<LeaseAnswer> request(LeaseRequest request) {
        return desk.request(request);
    }

    @Override
    public void release(LeaseRelease release) {
        try {
            desk.release(release);
        } catch (DocumentException e) {
            throw new IllegalArgumentException("the release cannot be signed: " + e.getMessage(), e);
        }
    }

    /** The members of the roster that are reachable now, without this node. A hint: names here are not proven. */
    public Set<PeerId> present() {
        Roster known = roster.get();
        var present = new TreeSet<PeerId>();
        for (Neighbour member : transport.members())
            if (!member.id().equals(self) && known.node(member.id()).isPresent()) present.add(member.id());
        return present;
    }

    /** The mesh address of a member that is present. */
    public Optional<InetAddress> addressOf(PeerId peer) {
        return transport.members().stream()
                .filter(member -> member.id().equals(peer))
                .map(Neighbour::host)
                .findFirst();
    }

    /** Says goodbye, for at most 4 s, and ends every thread. */
    @Override
    public void close() {
        if (closed) return;
        closed = true;
        desk.close();
        transport.close();
        thread.close();
    }

    private static SocketTransport bind(
            MeshSettings settings, Identity self, Supplier<Roster> roster, Incoming incoming) throws MeshException {
        var at = new InetSocketAddress(settings.address(), settings.port());
        try {
            return SocketTransport.bind(at, self, roster, incoming::refused, incoming::seen);
        } catch (IOException e) {
            throw new MeshException(
                    "cannot listen on %s port %d: %s"
                            .formatted(settings.address().getHostAddress(), settings.port(), e.getMessage()),
                    e);
        }
    }

    private void respread() {
        String document = newest;
        if (document != null && !closed) transport.spread(document);
    }

    private void heard(String document) {
        Roster known = roster.get();
        if (heard.holds(document, known)) return;
        try {
            Offer offer = Documents.verifyOffer(document, known);
            if (offer.peerId().equals(self)) return; // our own, relayed
            heard.note(offer.peerId(), document);
            listener.offerHeard(offer, document);
        } catch (DocumentException e) {
            listener.refused(DocumentType.OFFER.typ(), String.valueOf(e.getMessage()));
        }
    }

    private void membersChanged(boolean joined) {
        if (joined && !respreadDue) {
            respreadDue = true;
            thread.after(JOIN_DELAY, () -> {
                respreadDue = false;
                respread();
            });
        }
        Set<PeerId> present = present();
        if (present.equals(reported)) return;
        reported = present;
        LOG.log(Level.DEBUG, "present: {0}", present);
        listener.membersChanged(present);
    }

    /** Hands over from the engine's threads to ours. */
    private final class Incoming implements OfferTransport.Inbox {
        @Override
        public void heard(String offer) {
            thread.hand(() -> Mesh.this.heard(offer));
        }

        @Override
        public void received(DocumentType type, String document, String sender) {
            thread.hand(() -> desk.received(type, document, sender));
        }

        @Override
        public void joined(Neighbour member) {
            thread.must(() -> membersChanged(true));
        }

        @Override
        public void left(Neighbour member) {
            thread.must(() -> membersChanged(false));
        }

        void seen(PeerId by, InetAddress address) {
            thread.hand(() -> listener.seenFrom(by, address));
        }

        @Override
        public void refused(String why) {
            thread.hand(() -> listener.refused("connection", why));
        }
    }
}
