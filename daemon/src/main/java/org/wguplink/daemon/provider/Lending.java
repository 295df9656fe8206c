package org.wguplink.daemon.provider;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.lease.AddressPool;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.lease.LeaseAnswer.Refusal;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Capabilities;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.core.tunnel.Tunnels;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.loop.LatestText;
import org.wguplink.daemon.provider.LeaseBook.Held;
import org.wguplink.mesh.store.DurableFile;

/**
 * Lending the own WAN: the offer and the leases. Loop thread only.
 *
 * <p>It is offered only while the own WAN is verified and carries our own flows: who borrows does not lend. A consumer's
 * lease outlives a withdrawal, so that it is there at once when the WAN is back; the packet filter refuses it meanwhile.
 */
public final class Lending {
    private static final Logger LOG = System.getLogger(Lending.class.getName());
    private static final Duration OFFER_VALIDITY = Duration.ofMinutes(3);
    private static final Duration OFFER_PERIOD = Duration.ofMinutes(1);
    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final int LONGEST_REASON = 200;

    /** Who is told. */
    public interface Listener {
        void publish(Offer offer);

        /** The served interface or its consumers have changed; whether a packet filter keeps them in bounds now. */
        boolean replan();
    }

    private final EventLoop loop;
    private final LatestText saved;
    private final LeaseBook book;
    private final ServedInterface served;
    private final Sequence sequence;
    private final Forwarding forwarding;
    private final Listener listener;
    private Config.Lending config;
    private Optional<InetAddress> meshAddress = Optional.empty();
    private Optional<PeerId> self = Optional.empty();
    private boolean asked;
    /** Whether it is known if the own WAN can be lent. */
    private boolean considered;

    /** Whether the interface is there, perhaps from an earlier run. */
    private boolean present;

    private Optional<String> obstacle = Optional.of("just started");
    private Duration latency = Duration.ZERO;
    /** Why the mesh is not told what is lent. */
    private Optional<String> unsaid = Optional.empty();

    private Optional<Standing> published = Optional.empty();
    private MonoTime republishAt = EventLoop.now();
    private MonoTime retryAt = EventLoop.now();
    private NetworkSnapshot network = NetworkSnapshot.EMPTY;
    private Set<String> wans = Set.of();
    private Set<PeerId> trusted = Set.of();

    private boolean behindNat;

    /** What the last offer said. */
    private record Standing(
            boolean available, Optional<String> why, List<TypedEndpoint> endpoints, boolean behindNat) {}

    public Lending(
            EventLoop loop,
            Tunnels tunnels,
            TunnelKeys keys,
            Path state,
            Config config,
            ForwardingTester tester,
            Listener listener)
            throws IOException {
        this.loop = loop;
        Path leases = state.resolve("leases.json");
        this.saved =
                new LatestText(loop, leases, (file, text) -> DurableFile.replace(file, text, DurableFile.OWNER_ONLY));
        this.book = new LeaseBook(leases, config.lending().leaseTime(), loop.wall(), saved::put);
        this.served = new ServedInterface(loop, tunnels, keys, book);
        this.forwarding = new Forwarding(loop, tester, this::admit, () -> {
            listener.replan();
            review(EventLoop.now());
        });
        this.sequence = new Sequence(state.resolve("sequence"), loop.wall());
        this.listener = listener;
        this.config = config.lending();
    }

    public void configure(Config.Lending next, MonoTime now) {
        boolean moved = next.listenPort() != config.listenPort();
        // what is claimed may have changed: said at once
        if (!next.equals(config)) published = Optional.empty();
        config = next;
        if (!next.offer()) forwarding.forget();
        if (moved) serve();
        review(now);
    }

    public void joined(Optional<InetAddress> address, Optional<PeerId> ourselves, MonoTime now) {
        meshAddress = address;
        self = ourselves;
        published = Optional.empty();
        review(now);
    }

    public void observe(NetworkSnapshot snapshot, Set<String> wanDevices) {
        NetworkSnapshot before = network;
        network = snapshot.without(TunnelName.SERVED);
        wans = wanDevices;
        if (!network.underlay().equals(before.underlay())) moved();
        boolean exists = snapshot.link(TunnelName.SERVED).isPresent();
        if (served.ready().isPresent() && !exists) {
            if (config.offer()) LOG.log(Level.WARNING, "{0} has vanished and is made again", TunnelName.SERVED);
            served.vanished();
            asked = false;
        }
        present = exists;
        if (asked && reserve()) serve();
    }

    /** The own line, of which consumers are given; empty while it has none. */
    public void line(Optional<ForwardingTester.Line> line) {
        forwarding.line(line);
    }

    /** Keeps addresses for our own test, apart from what is in use here; whether they are other ones now. */
    private boolean reserve() {
        List<InetNetwork> avoid = network.prefixesInUse().toList();
        if (self.isEmpty()
                || served.reserved().filter(a -> a.collision(avoid).isEmpty()).isPresent()) return false;
        served.reserve(pool().reserved(avoid));
        return true;
    }

    private void admit(Optional<WireGuardKey> tester, Consumer<Optional<String>> done) {
        served.admit(tester);
        served.apply(config.listenPort(), listener.replan(), done);
    }

    private AddressPool pool() {
        return new AddressPool(self.orElseThrow().value().hashCode());
    }

    /** This node's outer packets come from elsewhere: its consumers are told. */
    public void moved() {
        served.moved();
    }

    /** Whether other nodes see this one come from an address that is not its own: the offer says so. */
    public void behindNat(boolean natted) {
        behindNat = natted;
    }

    /** Leases of nodes that left the roster end. */
    public void trust(Set<PeerId> members) {
        trusted = members;
        if (book.retain(members)) serve();
    }

    /**
     * Takes in whether the own WAN can be lent.
     *
     * @param why not; empty when it can
     * @param measured its round trip to the internet, offered where the user states none
     */
    public void considered(Optional<String> why, Duration measured, MonoTime now) {
        considered = true;
        obstacle = why;
        latency = measured;
        review(now);
    }

    /** Makes the interface when it is first wanted, and says at once what has changed. */
    private void review(MonoTime now) {
        if (config.offer() && !asked) {
            asked = true;
            reserve();
            serve();
        } else if (asked && reserve()) {
            serve();
        }
        if (published.equals(Optional.of(standing()))) return;
        listener.replan();
        publish(now);
    }

    /** The filter comes first, and then the peers: nobody is served who is not kept in bounds. */
    private void serve() {
        if (!planned()) return;
        Optional<ServedInterface.Ready> before = served.ready();
        served.apply(config.listenPort(), listener.replan(), trouble -> {
            listener.replan();
            // consumers hear of another port by an offer, and ask anew
            if (!served.ready().equals(before)) published = Optional.empty();
            review(EventLoop.now());
        });
    }

    /** Why consumers are served on another port than the configured one; empty when they are not. */
    public Optional<String> portTrouble() {
        return served.ready()
                .map(ServedInterface.Ready::listenPort)
                .filter(port -> config.offer() && config.listenPort() != 0 && port != config.listenPort())
                .map(port -> "%s; consumers are served on %d"
                        .formatted(ServedInterface.portInUse(config.listenPort()), port));
    }

    /** Whether all is known of what is lent: the own WAN, the interface, and whether it is forwarded. */
    public boolean settled() {
        if (!config.offer() || served.trouble().isPresent()) return true;
        return considered && served.ready().isPresent() && (obstacle.isPresent() || forwarding.isKnown());
    }

    public boolean wanted() {
        return config.offer();
    }

    public boolean available() {
        return standing().available;
    }

    /** Why nothing is lent although it is wanted, or what is missing in what is lent. */
    public Optional<String> why() {
        return standing().why.or(() -> unsaid).or(forwarding::remark).filter(w -> config.offer());
    }

    private Standing standing() {
        Optional<String> why = config.offer()
                ? obstacle.or(served::trouble)
                        .or(() ->
                                served.ready().isEmpty() ? Optional.of("the interface is not ready") : Optional.empty())
                        .or(this::whyUntestable)
                        .or(forwarding::obstacle)
                : Optional.of("not offered");
        return new Standing(why.isEmpty(), why, endpoints(), behindNat);
    }

    private Reach reach() {
        return new Reach(network, wans, meshAddress);
    }

    /** Everywhere we can be called, as soon as there is a port. */
    private List<TypedEndpoint> endpoints() {
        return served.ready()
                .map(r -> reach().endpoints(r.listenPort(), config.endpoints()))
                .orElse(List.of());
    }

    private Optional<String> whyUntestable() {
        if (served.reserved().isPresent()) return Optional.empty();
        return Optional.of(self.isEmpty() ? "this node is in no mesh" : "no address range is free of what it uses");
    }

    public void tick(MonoTime now) {
        if (book.expire(now, held -> served.carries(held, now))) serve();
        served.tick(now);
        if (testable()) forwarding.tick(served.ready(), served.reserved(), now);
        if (republishAt.isDue(now)) publish(now);
        if (retryAt.isDue(now)) {
            retryAt = now.plus(RETRY);
            saved.retry();
            if (served.trouble().isPresent() || portTrouble().isPresent()) serve();
        }
    }

    public MonoTime nextWake() {
        MonoTime test = forwarding.nextWake();
        return testable() && test.isBefore(republishAt) ? test : republishAt;
    }

    private boolean testable() {
        return config.offer() && obstacle.isEmpty() && served.trouble().isEmpty();
    }

    private void publish(MonoTime now) {
        republishAt = now.plus(OFFER_PERIOD);
        // an earlier run's offer stands until there is something to say
        if (self.isEmpty() || meshAddress.isEmpty() || served.ready().isEmpty() || !settled()) return;
        Standing standing = standing();
        published = Optional.of(standing);
        try {
            listener.publish(offer(
                    self.get(), sequence.next(), standing, served.ready().get().key()));
            unsaid = Optional.empty();
        } catch (IOException e) {
            String why = "no offer: " + Failures.text(e);
            if (!unsaid.equals(Optional.of(why))) LOG.log(Level.ERROR, why);
            unsaid = Optional.of(why);
            republishAt = now.plus(RETRY);
        }
    }

    private Offer offer(PeerId by, long number, Standing standing, WireGuardKey key) {
        Instant issued = loop.wall().instant();
        String why = standing.why.orElse("");
        int claimed = config.latencyMs() > 0 ? config.latencyMs() : (int) Math.min(60_000, latency.toMillis());
        return new Offer(
                by,
                number,
                issued,
                issued.plus(OFFER_VALIDITY),
                new Capabilities(config.bandwidthMbps(), claimed, config.wanType(), standing.available),
                why.length() > LONGEST_REASON ? why.substring(0, LONGEST_REASON) : why,
                endpoint(),
                key,
                standing.endpoints,
                standing.behindNat);
    }

    private Endpoint endpoint() {
        return Endpoint.of(
                meshAddress.orElseThrow(), served.ready().orElseThrow().listenPort());
    }

    /** Answers a request whose signature was verified, at once or when the tunnel is ready for it. */
    public void requested(LeaseRequest request, Consumer<LeaseAnswer> reply) {
        Optional<Held> held = book.of(request.consumer());
        Optional<String> why = whyRefuse(request, held);
        if (why.isPresent()) {
            reply.accept(refuse(request, why.get()));
            return;
        }
        Optional<TunnelAddresses> addresses = addresses(request, held);
        if (addresses.isEmpty()) {
            reply.accept(refuse(request, "no address range is free of what the two nodes use"));
            return;
        }
        var lease = new Held(
                request.consumer(),
                request.tunnelKey(),
                request.call().orElse(request.endpoint()),
                addresses.get(),
                reach().mtu(request),
                EventLoop.now().plus(config.leaseTime()));
        book.put(lease);
        Grant grant = new Grant(
                self.orElseThrow(),
                request.consumer(),
                request.nonce(),
                served.ready().orElseThrow().key(),
                endpoint(),
                lease.addresses(),
                lease.mtu(),
                config.leaseTime(),
                endpoints());
        if (held.isPresent() && held.get().sameTunnel(lease)) {
            request.call().filter(reach()::leadsOut).ifPresent(at -> served.call(lease, at));
            reply.accept(grant);
            return;
        }
        LOG.log(
                Level.INFO,
                "lease: {0} gets {1}",
                request.consumer(),
                addresses.get().consumer4().getHostAddress());
        served.apply(config.listenPort(), listener.replan(), trouble -> {
            if (trouble.isEmpty()) {
                reply.accept(grant);
            } else {
                // as it was before: a lease that is in the book is one that is served
                if (book.of(request.consumer()).equals(Optional.of(lease)))
                    held.filter(h -> trusted.contains(h.consumer()))
                            .ifPresentOrElse(book::put, () -> book.remove(request.consumer()));
                reply.accept(refuse(request, "the tunnel could not be made"));
            }
            listener.replan();
        });
    }

    /** The consumers that less fits to than the interface takes, with what does. */
    public Map<InetAddress, Integer> narrow() {
        return served.narrow();
    }

    /** A renewal is granted also while the WAN is down, so that the tunnel is there when it is back. */
    private Optional<String> whyRefuse(LeaseRequest request, Optional<Held> held) {
        if (self.isEmpty() || meshAddress.isEmpty() || served.ready().isEmpty() || !config.offer())
            return Optional.of(standing().why.orElse("this node is in no mesh"));
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

    /** The consumer gives its lease back. */
    public void released(LeaseRelease release) {
        book.of(release.consumer())
                .filter(h -> h.key().equals(release.tunnelKey()))
                .ifPresent(h -> {
                    book.remove(release.consumer());
                    LOG.log(Level.INFO, "lease: {0} gave it back", release.consumer());
                    serve();
                });
    }

    public Collection<Held> leases() {
        return book.all();
    }

    /** What the consumer's tunnel has carried, as read lately. */
    public Optional<TunnelStatus.Peer> traffic(Held lease) {
        return served.traffic(lease);
    }

    /** The interface on which consumers are served, as soon as it is to be there and as long as it is. */
    public Optional<String> device() {
        return planned() ? Optional.of(TunnelName.SERVED) : Optional.empty();
    }

    private boolean planned() {
        return config.offer() || present;
    }

    public Optional<FirewallPlan.Served> filter() {
        return device().map(device -> new FirewallPlan.Served(
                TunnelName.SERVED,
                served.leased(),
                served.own(),
                wans,
                available(),
                network.prefixesBehind(wans).collect(Collectors.toSet()),
                forwarding.refused(),
                served.reserved().map(a -> Set.of(a.consumer4(), a.consumer6())).orElse(Set.of())));
    }

    /** The addresses that the consumer has, as long as they collide with nothing; else new ones. */
    private Optional<TunnelAddresses> addresses(LeaseRequest request, Optional<Held> held) {
        List<InetNetwork> avoid = Stream.concat(network.prefixesInUse(), request.prefixes().stream())
                .toList();
        Optional<TunnelAddresses> same =
                held.map(Held::addresses).filter(a -> a.collision(avoid).isEmpty());
        if (same.isPresent()) return same;
        List<TunnelAddresses> taken = book.all().stream()
                .filter(h -> !h.consumer().equals(request.consumer()))
                .map(Held::addresses)
                .toList();
        return pool().assign(avoid, taken);
    }

    private static Refusal refuse(LeaseRequest request, String why) {
        LOG.log(Level.INFO, "lease: {0} is refused: {1}", request.consumer(), why);
        return new Refusal(
                request.provider(),
                request.consumer(),
                request.nonce(),
                why.length() > LONGEST_REASON ? why.substring(0, LONGEST_REASON) : why);
    }
}
