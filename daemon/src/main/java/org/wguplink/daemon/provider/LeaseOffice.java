package org.wguplink.daemon.provider;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.wguplink.core.lease.AddressPool;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.lease.LeaseAnswer.Refusal;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.provider.LeaseBook.Held;

/**
 * Knows who may have a lease and who has one: answers requests, and keeps the book. Whoever calls a method that ended
 * leases has the interface follow. Loop thread only.
 */
final class LeaseOffice {
    private static final Logger LOG = System.getLogger(LeaseOffice.class.getName());

    /** Requests of one consumer. */
    private static final int MOST_WAITING = 4;

    private final LeaseBook book;
    private final ServedInterface served;
    private final Lending.Listener listener;
    /** Consumers whose tunnel is being made or changed, with what they have asked for since: one after the other. */
    private final Map<PeerId, Queue<Runnable>> waiting = new HashMap<>();

    private Set<PeerId> trusted = Set.of();

    LeaseOffice(LeaseBook book, ServedInterface served, Lending.Listener listener) {
        this.book = book;
        this.served = served;
        this.listener = listener;
    }

    Collection<Held> leases() {
        return book.all();
    }

    /** Leases of nodes that left the roster end; whether there were any. */
    boolean trust(Set<PeerId> members) {
        trusted = members;
        return book.retain(members);
    }

    /** Leases that are over, and whose tunnels are silent, end; whether there were any. */
    boolean expire(MonoTime now) {
        return book.expire(now, held -> served.carries(held, now));
    }

    /** The consumer gives its lease back; whether it had one. */
    boolean released(LeaseRelease release) {
        boolean holds = book.of(release.consumer())
                .filter(h -> h.key().equals(release.tunnelKey()))
                .isPresent();
        if (!holds) return false;
        book.remove(release.consumer());
        LOG.log(Level.INFO, "lease: {0} gave it back", release.consumer());
        return true;
    }

    /**
     * Answers a request whose signature was verified, at once or when the tunnel is ready for it.
     *
     * @param obstacle why the own WAN cannot be lent now
     */
    void requested(LeaseRequest request, Provider provider, Optional<String> obstacle, Consumer<LeaseAnswer> reply) {
        Queue<Runnable> before = waiting.get(request.consumer());
        if (before != null) {
            if (before.size() == MOST_WAITING) reply.accept(refusal(request, "asks too often"));
            else before.add(() -> requested(request, provider, obstacle, reply));
            return;
        }
        Optional<Held> held = book.of(request.consumer());
        Optional<String> why = whyRefuse(request, held, obstacle);
        if (why.isPresent()) {
            reply.accept(refusal(request, why.get()));
            return;
        }
        Optional<TunnelAddresses> addresses = addresses(request, held, provider);
        if (addresses.isEmpty()) {
            reply.accept(refusal(request, "no address range is free of what the two nodes use"));
            return;
        }
        var lease = new Held(
                request.consumer(),
                request.tunnelKey(),
                request.call().orElse(request.endpoint()),
                addresses.get(),
                provider.reach().mtu(request),
                EventLoop.now().plus(provider.config().leaseTime()));
        book.put(lease);
        Grant grant = grant(request, provider, lease);
        if (held.filter(lease::sameTunnel).isPresent()) {
            request.call().filter(provider.reach()::leadsOut).ifPresent(at -> served.call(lease, at));
            reply.accept(grant);
            return;
        }
        LOG.log(
                Level.INFO,
                "lease: {0} gets {1}",
                request.consumer(),
                addresses.get().consumer4().getHostAddress());
        waiting.put(request.consumer(), new ArrayDeque<>());
        served.apply(provider.config().listenPort(), listener.replan(), trouble -> {
            if (trouble.isPresent()) restore(lease, held);
            reply.accept(trouble.isEmpty() ? grant : refusal(request, "the tunnel could not be made"));
            listener.replan();
            Objects.requireNonNull(waiting.remove(request.consumer())).forEach(Runnable::run);
        });
    }

    /** A renewal is granted also while the WAN is down, so that the tunnel is there when it is back. */
    private Optional<String> whyRefuse(LeaseRequest request, Optional<Held> held, Optional<String> obstacle) {
        if (!trusted.contains(request.consumer())) return Optional.of("not in the roster");
        boolean renewal = held.filter(h -> h.key().equals(request.tunnelKey())).isPresent();
        // an interface that could not be changed is tried again with every request
        if (!renewal && obstacle.isPresent()) return obstacle;
        if (book.isTaken(request.tunnelKey(), request.consumer()))
            return Optional.of("another consumer has this tunnel key");
        return held.isEmpty() && book.all().size() >= LeaseBook.MOST
                ? Optional.of("no free slot: %d consumers".formatted(LeaseBook.MOST))
                : Optional.empty();
    }

    /** The addresses that the consumer has, as long as they collide with nothing; else new ones. */
    private Optional<TunnelAddresses> addresses(LeaseRequest request, Optional<Held> held, Provider provider) {
        List<InetNetwork> avoid = Stream.concat(provider.reach().network().prefixesInUse(), request.prefixes().stream())
                .toList();
        Optional<TunnelAddresses> same =
                held.map(Held::addresses).filter(a -> a.collision(avoid).isEmpty());
        if (same.isPresent()) return same;
        List<TunnelAddresses> taken = book.all().stream()
                .filter(h -> !h.consumer().equals(request.consumer()))
                .map(Held::addresses)
                .toList();
        return pool(provider.self()).assign(avoid, taken);
    }

    static AddressPool pool(PeerId provider) {
        return new AddressPool(provider.value().hashCode());
    }

    private static Grant grant(LeaseRequest request, Provider provider, Held lease) {
        return new Grant(
                provider.self(),
                request.consumer(),
                request.nonce(),
                provider.served().key(),
                provider.endpoint(),
                lease.addresses(),
                lease.mtu(),
                provider.config().leaseTime(),
                provider.endpoints(),
                provider.resolvers(lease.addresses()));
    }

    /** As it was before: a lease that is in the book is one that is served. */
    private void restore(Held failed, Optional<Held> before) {
        if (!book.of(failed.consumer()).equals(Optional.of(failed))) return;
        before.filter(h -> trusted.contains(h.consumer()))
                .ifPresentOrElse(book::put, () -> book.remove(failed.consumer()));
    }

    static Refusal refusal(LeaseRequest request, String why) {
        LOG.log(Level.INFO, "lease: {0} is refused: {1}", request.consumer(), why);
        return new Refusal(request.provider(), request.consumer(), request.nonce(), Offering.reason(why));
    }
}
