package org.wguplink.daemon.memory;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.LatestText;
import org.wguplink.mesh.document.DocumentException;
import org.wguplink.mesh.document.Documents;
import org.wguplink.mesh.roster.Roster;
import org.wguplink.mesh.store.DurableFile;

/**
 * Keeps the newest offers and the leases of this node as they were signed. A new lease is written at once, its renewal
 * within half a minute, an offer within ten minutes: flash memory wears. What could not be written is tried again every
 * {@link #RETRY}. Loop thread only.
 */
public final class MeshMemory {
    private static final Logger LOG = System.getLogger(MeshMemory.class.getName());
    private static final Duration LEASE_DELAY = Duration.ofSeconds(30);
    private static final Duration OFFER_DELAY = Duration.ofMinutes(10);
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final EventLoop loop;
    private final LatestText file;
    private final MemoryFile documents;
    private final Map<PeerId, Grant> granted = new TreeMap<>();
    private final Map<PeerId, Offer> offered = new TreeMap<>();
    private Optional<MonoTime> writeAt = Optional.empty();
    private MonoTime retryAt = EventLoop.now();

    /** @param left how long it holds still, at most its lifetime */
    public record Lease(Grant grant, Duration left) {}

    public MeshMemory(EventLoop loop, Path file) {
        this.loop = loop;
        this.file = new LatestText(loop, file, (to, text) -> DurableFile.replace(to, text, DurableFile.OWNER_ONLY));
        this.documents = MemoryFile.read(file);
    }

    /** The offers that members of the roster have signed; others are dropped. */
    public List<Offer> offers(Roster roster) {
        var offers = new ArrayList<Offer>();
        for (String document : documents.offers().values())
            try {
                offers.add(Documents.verifyOffer(document, roster));
            } catch (DocumentException e) {
                LOG.log(Level.DEBUG, "an offer of an earlier run: {0}", e.getMessage());
            }
        return offers;
    }

    /** The leases that members of the roster have signed for this node, and that hold still. */
    public Map<PeerId, Lease> leases(Roster roster, PeerId self, Instant now) {
        var leases = new TreeMap<PeerId, Lease>();
        for (MemoryFile.Lease stored : documents.leases().values())
            try {
                if (!(Documents.verifyLeaseAnswer(stored.document(), roster) instanceof Grant grant)) continue;
                Duration left = Duration.between(now, stored.ends());
                // whatever the clock has done meanwhile
                if (left.compareTo(grant.lifetime()) > 0) left = grant.lifetime();
                if (grant.consumer().equals(self) && left.isPositive())
                    leases.put(grant.provider(), new Lease(grant, left));
            } catch (DocumentException e) {
                LOG.log(Level.DEBUG, "a lease of an earlier run: {0}", e.getMessage());
            }
        return leases;
    }

    /** The newest offer of a peer. */
    public void heard(Offer offer, String document) {
        documents.offers().put(offer.peerId().value(), document);
        Offer before = offered.put(offer.peerId(), offer);
        boolean known = before != null
                && before.reachedAt().equals(offer.reachedAt())
                && before.behindNat() == offer.behindNat()
                && before.publicKey().equals(offer.publicKey())
                && before.capabilities().available() == offer.capabilities().available();
        writeIn(known ? OFFER_DELAY : LEASE_DELAY);
    }

    public void granted(Grant grant, String document) {
        PeerId provider = grant.provider();
        Instant ends = loop.wall().instant().plus(grant.lifetime());
        documents.leases().put(provider.value(), new MemoryFile.Lease(document, ends));
        Grant before = granted.put(provider, grant);
        boolean renewal = before != null
                && before.addresses().equals(grant.addresses())
                && before.publicKey().equals(grant.publicKey())
                && before.reachedAt().equals(grant.reachedAt());
        writeIn(renewal ? LEASE_DELAY : Duration.ZERO);
    }

    /** A lease that was given back, or has expired. */
    public void ended(PeerId provider) {
        granted.remove(provider);
        if (documents.leases().remove(provider.value()) != null) writeIn(Duration.ZERO);
    }

    /** What nodes have said that are no longer in the roster goes. */
    public void retain(Collection<PeerId> members) {
        var names = members.stream().map(PeerId::value).collect(Collectors.toSet());
        boolean offersGo = documents.offers().keySet().retainAll(names);
        boolean leasesGo = documents.leases().keySet().retainAll(names);
        if (offersGo || leasesGo) writeIn(LEASE_DELAY);
    }

    /** Writes what is due, on the worker. */
    public void tick(MonoTime now) {
        boolean due = writeAt.filter(t -> t.isDue(now)).isPresent();
        if (!due && !(file.failed() && retryAt.isDue(now))) return;
        writeAt = Optional.empty();
        retryAt = now.plus(RETRY);
        file.put(documents.text());
    }

    /** The next time that {@link #tick} has to do something. */
    public Optional<MonoTime> nextWake() {
        if (!file.failed()) return writeAt;
        return Optional.of(writeAt.filter(t -> t.isBefore(retryAt)).orElse(retryAt));
    }

    private void writeIn(Duration delay) {
        MonoTime at = EventLoop.now().plus(delay);
        if (writeAt.filter(t -> t.isBefore(at)).isEmpty()) writeAt = Optional.of(at);
    }
}
