package org.wguplink.daemon;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Ledger;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.NodeFiles;
import org.wguplink.daemon.consumer.Uplinks;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.memory.MeshMemory;
import org.wguplink.daemon.provider.Lending;
import org.wguplink.daemon.time.WallClock;
import org.wguplink.mesh.gossip.Mesh;
import org.wguplink.mesh.gossip.MeshException;
import org.wguplink.mesh.gossip.MeshListener;
import org.wguplink.mesh.gossip.MeshSettings;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.identity.IdentityException;
import org.wguplink.mesh.names.HostNames;
import org.wguplink.mesh.roster.Roster;
import org.wguplink.mesh.roster.RosterException;
import org.wguplink.mesh.roster.RosterFile;

/**
 * This node's part in the mesh: joins when identity, roster and address are there, reads the roster again when its file
 * changes, and brings what the mesh says onto the loop. It fails closed: with a roster that cannot be read, or has
 * expired, nobody is trusted. Loop thread only, but for what is marked otherwise.
 */
final class MeshLink implements AutoCloseable {
    private static final Logger LOG = System.getLogger(MeshLink.class.getName());

    private final EventLoop loop;
    private final NodeFiles files;
    private final HostNames names;
    private final Uplinks uplinks;
    private final Lending lending;
    private final MeshMemory memory;
    private final SeenFrom seenFrom;
    /** Offers that are dated in our future while our clock is plainly wrong: they may be timely as soon as it is raised. */
    private final Map<PeerId, Offer> early = new TreeMap<>();

    private Ledger ledger = Ledger.EMPTY;
    private Optional<Mesh> mesh = Optional.empty();
    private Optional<Identity> identity = Optional.empty();
    private Optional<Config.Mesh> settings = Optional.empty();
    private Optional<FileTime> rosterRead = Optional.empty();
    private Set<PeerId> trusted = Set.of();
    /** Peers of whom no offer was accepted yet, and one refused: said once. */
    private final Set<PeerId> refused = new HashSet<>();

    private boolean joining;
    private String state = "not joined yet";
    private @Nullable Roster roster;
    /** What the mesh verifies documents against: the roster, without nodes while it is not to be trusted. */
    private volatile @Nullable Roster believed;

    MeshLink(EventLoop loop, NodeFiles files, HostNames names, Uplinks uplinks, Lending lending, MeshMemory memory) {
        this.loop = loop;
        this.files = files;
        this.names = names;
        this.uplinks = uplinks;
        this.lending = lending;
        this.memory = memory;
        this.seenFrom = new SeenFrom(elsewhere -> {
            uplinks.seenAt(elsewhere);
            lending.seenAt(elsewhere);
        });
    }

    /**
     * Takes up what an earlier run knew, without waiting for the mesh: the offers, and the leases with their tunnels. It
     * is verified as if it had just arrived.
     */
    void resume(MonoTime now) {
        Roster present = roster;
        if (present == null || members().isEmpty() || identity.isEmpty()) return;
        // who we are decides on addresses of ours, which the packet filter of the run before has already
        lending.joined(Optional.empty(), self(), now);
        memory.offers(present).forEach(this::present);
        uplinks.resume(memory.leases(present, identity.get().peerId(), wall().instant()), now);
    }

    /** Looks whether anything that joining needs has come, gone or changed: once a second. */
    void check(Optional<Config.Mesh> wanted) {
        if (!wanted.equals(settings)) {
            leave();
            settings = wanted;
        }
        Optional<String> unreadable = Optional.empty();
        try {
            readRoster();
        } catch (IOException | RosterException e) {
            roster = null;
            rosterRead = Optional.empty();
            unreadable = Optional.of(Failures.text(e));
        }
        try {
            if (identity.isEmpty()) identity = Identity.load(files.keys());
        } catch (IOException | IdentityException e) {
            unreadable = Optional.of(Failures.text(e));
        }
        trust();
        List<Offer> again = List.copyOf(early.values());
        early.clear();
        again.forEach(this::present);
        Optional<String> missing = missing();
        if (missing.isPresent()) {
            leave();
            say(unreadable.isPresent() ? Level.ERROR : Level.WARNING, unreadable.orElse(missing.get()));
        } else if (mesh.isEmpty() && !joining) {
            join(settings.orElseThrow(), identity.orElseThrow());
        }
    }

    private void readRoster() throws IOException, RosterException {
        Optional<FileTime> written = Files.exists(files.roster())
                ? Optional.of(Files.getLastModifiedTime(files.roster()))
                : Optional.empty();
        if (written.equals(rosterRead)) return;
        roster = RosterFile.load(files.keys()).orElse(null);
        rosterRead = written;
        Roster read = roster;
        if (read != null)
            LOG.log(
                    Level.INFO,
                    "roster {0}: {1} nodes",
                    read.serial(),
                    read.nodes().size());
    }

    /** Why this node cannot be in a mesh, and what to do. */
    private Optional<String> missing() {
        Roster present = roster;
        if (settings.isEmpty())
            return Optional.of(
                    "no mesh address is configured (section mesh, option address), or the service is disabled");
        if (identity.isEmpty()) return Optional.of("this node has no identity: run wgctl mesh init, or wgctl mesh id");
        if (present == null) return Optional.of("this node has no roster: run wgctl mesh import FILE");
        if (present.expired(wall().instant()))
            return Optional.of("the roster has expired: have the master sign a new one, and import it");
        Identity self = identity.get();
        return present.node(self.peerId())
                        .filter(n -> n.key().equals(self.key()))
                        .isPresent()
                ? Optional.empty()
                : Optional.of("the roster does not hold this node: have it approved, and import the roster again");
    }

    /** On a thread of its own: it may wait for a resolver that is away. */
    private void join(Config.Mesh where, Identity self) {
        joining = true;
        Thread.ofPlatform().daemon().name("mesh-join").start(() -> {
            try {
                Mesh joined = Mesh.start(
                        new MeshSettings(where.address(), where.port(), where.seeds(), names),
                        self,
                        this::roster,
                        new Ears(),
                        wall());
                loop.execute(() -> joined(joined, where, self));
            } catch (MeshException | IllegalArgumentException e) {
                loop.execute(() -> {
                    joining = false;
                    say(Level.ERROR, Failures.text(e));
                });
            }
        });
    }

    private void joined(Mesh joined, Config.Mesh where, Identity self) {
        joining = false;
        mesh = Optional.of(joined);
        if (!settings.equals(Optional.of(where))) {
            leave();
            return;
        }
        say(Level.INFO, "joined as " + self.peerId());
        tell();
    }

    private void leave() {
        if (mesh.isEmpty()) return;
        Mesh left = mesh.get();
        mesh = Optional.empty();
        tell();
        // it says good-bye first, which takes seconds
        Thread.ofPlatform().daemon().name("mesh-leave").start(left::close);
    }

    private void tell() {
        MonoTime now = EventLoop.now();
        Optional<PeerId> self = self();
        uplinks.joined(mesh, self, now);
        lending.joined(mesh.flatMap(m -> settings).map(Config.Mesh::address), self, now);
    }

    /** When the roster is another: offers, uplinks and leases of nodes that are not in it end. */
    private void trust() {
        Set<PeerId> members = members();
        Roster present = roster == null ? believed : roster;
        if (present != null)
            believed = members.isEmpty()
                    ? new Roster(present.master(), present.serial(), present.issuedAt(), present.expiresAt(), List.of())
                    : present;
        if (members.equals(trusted)) return;
        trusted = members;
        seenFrom.retain(members);
        if (present != null) wall().atMost(present.expiresAt());
        if (!members.isEmpty()) memory.retain(members);
        ledger = ledger.retain(members);
        uplinks.trust(ledger, members, EventLoop.now());
        lending.trust(members);
    }

    private void heard(Offer offer, String document) {
        wall().heard(offer.peerId(), offer.issuedAt());
        // what is heard while the clock is wrong is not kept: kept times are what the clock is judged by
        if (!present(offer) || wall().isLost()) return;
        wall().atLeast(offer.issuedAt());
        memory.heard(offer, document);
    }

    /** Whether it is timely and new. */
    private boolean present(Offer offer) {
        return switch (ledger.present(offer, wall().instant())) {
            case Ledger.Outcome.Accepted(var next) -> {
                ledger = next;
                refused.remove(offer.peerId());
                uplinks.heard(ledger, offer.peerId(), EventLoop.now());
                yield true;
            }
            case Ledger.Outcome.Known known -> false;
            // gossip spreads old offers again as a matter of course; one that is the first of its peer is news
            case Ledger.Outcome.Refused(var why) -> {
                LOG.log(
                        ledger.of(offer.peerId()).isEmpty() && refused.add(offer.peerId())
                                ? Level.WARNING
                                : Level.DEBUG,
                        "offer of {0} refused: {1}; the clock here says {2}",
                        offer.peerId(),
                        why,
                        wall().instant());
                if (wall().isLost()) early.put(offer.peerId(), offer);
                yield false;
            }
        };
    }

    /** Takes in this node's own addresses. */
    void observe(NetworkSnapshot snapshot) {
        seenFrom.observe(snapshot);
    }

    private void say(Level level, String what) {
        if (!what.equals(state)) LOG.log(level, "mesh: {0}", what);
        state = what;
    }

    private WallClock wall() {
        return loop.wall();
    }

    /** Why this node is in no mesh, and what to do; empty when it is. */
    Optional<String> trouble() {
        return mesh.isPresent() ? Optional.empty() : Optional.of(state);
    }

    Optional<Mesh> mesh() {
        return mesh;
    }

    Optional<PeerId> self() {
        return identity.map(Identity::peerId);
    }

    Optional<Roster> present() {
        return Optional.ofNullable(roster);
    }

    /** The nodes that are trusted now. */
    Set<PeerId> members() {
        Roster present = roster;
        return present == null || present.expired(wall().instant())
                ? Set.of()
                : present.nodes().stream().map(Roster.Node::id).collect(Collectors.toSet());
    }

    /** What the mesh verifies documents against. From any thread. */
    private Roster roster() {
        Roster present = believed;
        if (present == null) throw new IllegalStateException("the mesh runs only with a roster");
        return present;
    }

    @Override
    public void close() {
        mesh.ifPresent(Mesh::close);
    }

    /** Called on threads of the mesh. */
    private final class Ears implements MeshListener {
        @Override
        public void offerHeard(Offer offer, String document) {
            loop.execute(() -> heard(offer, document));
        }

        @Override
        public void leaseAnswered(LeaseAnswer answer, String document) {
            if (answer instanceof LeaseAnswer.Grant grant) loop.execute(() -> memory.granted(grant, document));
        }

        @Override
        public CompletionStage<LeaseAnswer> leaseRequested(LeaseRequest request) {
            var answer = new CompletableFuture<LeaseAnswer>();
            loop.execute(() -> lending.requested(request, answer::complete));
            return answer;
        }

        @Override
        public void leaseReleased(LeaseRelease release) {
            loop.execute(() -> lending.released(release));
        }

        @Override
        public void seenFrom(PeerId by, InetAddress address) {
            loop.execute(() -> seenFrom.seen(by, address));
        }

        @Override
        public void membersChanged(Set<PeerId> present) {
            LOG.log(Level.DEBUG, "mesh: {0} nodes present", present.size());
        }

        @Override
        public void refused(String what, String why) {
            LOG.log(Level.WARNING, "mesh: {0} refused: {1}", what, why);
        }
    }
}
