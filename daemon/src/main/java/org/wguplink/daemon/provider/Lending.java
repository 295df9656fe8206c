package org.wguplink.daemon.provider;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.offer.Isp;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.offer.Terms;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.core.tunnel.TunnelStatus;
import org.wguplink.core.tunnel.Tunnels;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.NodeFiles;
import org.wguplink.daemon.config.TunnelKeys;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.LatestText;
import org.wguplink.daemon.loop.Loop;
import org.wguplink.daemon.provider.LeaseBook.Held;
import org.wguplink.daemon.provider.Offering.Figures;
import org.wguplink.daemon.provider.Offering.Standing;
import org.wguplink.mesh.store.DurableFile;

/**
 * Lending the own WAN: the offer and the leases. Loop thread only.
 *
 * <p>It is offered only while the own WAN is verified and carries our own flows: who borrows does not lend. A consumer's
 * lease outlives a withdrawal, so that it is there at once when the WAN is back; the packet filter refuses it meanwhile.
 */
public final class Lending {
    private static final Logger LOG = System.getLogger(Lending.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(10);

    /** Who is told. */
    public interface Listener {
        void publish(Offer offer);

        /** The served interface or its consumers have changed; whether a packet filter keeps them in bounds now. */
        boolean replan();
    }

    private final Loop loop;
    private final LatestText saved;
    private final LatestText savedUsage;
    private final LeaseBook book;
    private final Usage usage;
    private final ServedInterface served;
    private final LeaseOffice office;
    private final Offering offering;
    private final Forwarding forwarding;
    private final OwnResolvers resolvers;
    /** The line that is lent, or was last. */
    private Optional<String> lent = Optional.empty();

    private final Listener listener;
    private Config.Lending config;
    private Reach reach = new Reach(NetworkSnapshot.EMPTY, Set.of(), Optional.empty());
    private Optional<PeerId> self = Optional.empty();
    private boolean asked;
    /** Whether it is known if the own WAN can be lent. */
    private boolean considered;

    /** Whether the interface is there, perhaps from an earlier run. */
    private boolean present;

    private Optional<String> obstacle = Optional.of("just started");
    private Duration latency = Duration.ZERO;
    private int measuredMbps;
    private boolean behindNat;
    private Set<InetAddress> seenAt = Set.of();
    private MonoTime retryAt = EventLoop.now();

    public Lending(
            Loop loop,
            Tunnels tunnels,
            TunnelKeys keys,
            NodeFiles files,
            Config config,
            ForwardingTester tester,
            Listener listener)
            throws IOException {
        this.loop = loop;
        Path state = files.state();
        Path leases = state.resolve("leases.json");
        this.saved =
                new LatestText(loop, leases, (file, text) -> DurableFile.replace(file, text, DurableFile.OWNER_ONLY));
        Path used = state.resolve("usage.json");
        this.savedUsage = new LatestText(loop, used, DurableFile::replace);
        this.usage = new Usage(used, loop.wall(), savedUsage::put, EventLoop.now());
        this.book = new LeaseBook(leases, config.lending().leaseTime(), loop.wall(), saved::put);
        this.served = new ServedInterface(loop, tunnels, keys, book, usage);
        this.office = new LeaseOffice(book, served, listener);
        this.forwarding = new Forwarding(loop, tester, this::admit, () -> {
            listener.replan();
            review(EventLoop.now());
        });
        this.resolvers = new OwnResolvers(loop, files.resolvers(), listener::replan);
        this.offering =
                new Offering(new Sequence(state.resolve("sequence"), loop.wall()), loop.wall(), listener::publish);
        this.listener = listener;
        this.config = config.lending();
    }

    public void configure(Config.Lending next, MonoTime now) {
        boolean moved = next.listenPort() != config.listenPort();
        // what is claimed may have changed: said at once
        if (!next.equals(config)) offering.outdated();
        config = next;
        if (!next.offer()) forwarding.forget();
        if (moved) serve();
        review(now);
    }

    public void joined(Optional<InetAddress> address, Optional<PeerId> ourselves, MonoTime now) {
        reach = new Reach(reach.network(), reach.wans(), address);
        self = ourselves;
        offering.outdated();
        review(now);
    }

    public void observe(NetworkSnapshot snapshot, Set<String> wanDevices) {
        Reach before = reach;
        reach = new Reach(snapshot.without(TunnelName.SERVED), wanDevices, before.mesh());
        if (!reach.network().underlay().equals(before.network().underlay())) moved();
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
        if (line.isEmpty()) return;
        Optional<String> before = lent;
        lent = line.map(ForwardingTester.Line::device);
        // its consumers ask for names elsewhere; what is done now must not delay a switch
        if (before.isPresent() && !lent.equals(before)) loop.execute(listener::replan);
    }

    /** What the own line brought when it was measured, offered where the user states none; 0 before. */
    public void measured(int mbps) {
        if (mbps == measuredMbps) return;
        measuredMbps = mbps;
        offering.outdated();
    }

    /** Keeps addresses for our own test; whether the interface must follow. */
    private boolean reserve() {
        return self.filter(by -> served.reserve(LeaseOffice.pool(by), reach.network()))
                .isPresent();
    }

    private void admit(Optional<WireGuardKey> tester, Consumer<Optional<String>> done) {
        served.admit(tester);
        served.apply(config.listenPort(), listener.replan(), done);
    }

    /** This node's outer packets come from elsewhere: its consumers are told. */
    public void moved() {
        served.moved();
    }

    /** The addresses, not its own, at which other nodes see this one: with any it is behind NAT, and the offer says so. */
    public void seenAt(Set<InetAddress> elsewhere) {
        behindNat = !elsewhere.isEmpty();
        seenAt = elsewhere;
    }

    /** Leases of nodes that left the roster end. */
    public void trust(Set<PeerId> members) {
        if (office.trust(members)) serve();
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
        boolean first = config.offer() && !asked;
        asked |= first;
        boolean others = asked && reserve();
        if (first || others) serve();
        if (offering.tells(standing())) return;
        listener.replan();
        publish(now);
    }

    /** The filter comes first, and then the peers: nobody is served who is not kept in bounds. */
    private void serve() {
        if (device().isEmpty()) return;
        Optional<ServedInterface.Ready> before = served.ready();
        served.apply(config.listenPort(), listener.replan(), trouble -> {
            listener.replan();
            // consumers hear of another port by an offer, and ask anew
            if (!served.ready().equals(before)) offering.outdated();
            review(EventLoop.now());
        });
    }

    /** Why consumers are served on another port than the configured one; empty when they are not. */
    public Optional<String> portTrouble() {
        return config.offer() ? served.portTrouble(config.listenPort()) : Optional.empty();
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
        return standing().available();
    }

    /** Why nothing is lent although it is wanted, or what is missing in what is lent. */
    public Optional<String> why() {
        return standing().why().or(offering::trouble).or(forwarding::remark).filter(w -> config.offer());
    }

    private Standing standing() {
        Optional<String> why = config.offer()
                ? obstacle.or(served::trouble)
                        .or(() ->
                                served.ready().isEmpty() ? Optional.of("the interface is not ready") : Optional.empty())
                        .or(this::whyUsedUp)
                        .or(this::whyUntestable)
                        .or(forwarding::obstacle)
                : Optional.of("not offered");
        return new Standing(why, provider().map(Provider::endpoints).orElse(List.of()), behindNat);
    }

    private Optional<Provider> provider() {
        if (self.isEmpty() || served.ready().isEmpty()) return Optional.empty();
        ServedInterface.Ready ready = served.ready().get();
        return reach.mesh()
                .map(address -> Endpoint.of(address, ready.listenPort()))
                .map(endpoint -> new Provider(
                        self.get(), ready, endpoint, reach, config, resolvers.behind(reach, lent, config.dns())));
    }

    private Optional<String> whyUntestable() {
        if (served.reserved().isPresent()) return Optional.empty();
        return Optional.of(self.isEmpty() ? "this node is in no mesh" : "no address range is free of what it uses");
    }

    public void tick(MonoTime now) {
        if (office.expire(now)) serve();
        served.tick(now);
        if (config.offer()) resolvers.tick(now);
        if (testable()) forwarding.tick(served.ready(), served.reserved(), now);
        if (offering.nextWake().isDue(now)) publish(now);
        if (retryAt.isDue(now)) {
            retryAt = now.plus(RETRY);
            saved.retry();
            savedUsage.retry();
            // a quota may be used up, or another month have begun
            review(now);
            if (served.trouble().isPresent() || portTrouble().isPresent()) serve();
        }
    }

    public MonoTime nextWake() {
        MonoTime test = forwarding.nextWake();
        return testable() && test.isBefore(offering.nextWake()) ? test : offering.nextWake();
    }

    private boolean testable() {
        return config.offer() && obstacle.isEmpty() && served.trouble().isEmpty();
    }

    private void publish(MonoTime now) {
        offering.postpone(now);
        // an earlier run's offer stands until there is something to say
        provider().filter(p -> settled()).ifPresent(p -> offering.tell(p, standing(), figures(), now));
    }

    private Figures figures() {
        Config.Line line = config.line();
        return new Figures(
                bandwidthMbps(),
                latency,
                new Terms(
                        line.metered(),
                        line.cost(),
                        line.quotaMb().map(usage::leftMb),
                        Isp.of(line.isp(), reach.network(), reach.wans(), seenAt),
                        Optional.of(new Terms.Load(
                                Math.min(book.all().size(), LeaseBook.MOST),
                                LeaseBook.MOST,
                                usage.busyPercent(bandwidthMbps())))));
    }

    /** What the user states, else what was measured; 0 when unknown. */
    private int bandwidthMbps() {
        return config.bandwidthMbps() > 0 ? config.bandwidthMbps() : measuredMbps;
    }

    private Optional<String> whyUsedUp() {
        return config.line()
                .quotaMb()
                .filter(quota -> usage.leftMb(quota) == 0)
                .map(quota -> "its quota of %d MB for this month is used up".formatted(quota));
    }

    /** Answers a request whose signature was verified, at once or when the tunnel is ready for it. */
    public void requested(LeaseRequest request, Consumer<LeaseAnswer> reply) {
        provider()
                .filter(p -> config.offer())
                .ifPresentOrElse(
                        p -> office.requested(request, p, obstacle, reply),
                        () -> reply.accept(
                                LeaseOffice.refusal(request, standing().why().orElse("this node is in no mesh"))));
    }

    /** The consumers that less fits to than the interface takes, with what does. */
    public Map<InetAddress, Integer> narrow() {
        return served.narrow();
    }

    /** The consumer gives its lease back. */
    public void released(LeaseRelease release) {
        if (office.released(release)) serve();
    }

    public Collection<Held> leases() {
        return office.leases();
    }

    /** What the consumer's tunnel has carried, as read lately. */
    public Optional<TunnelStatus.Peer> traffic(Held lease) {
        return served.traffic(lease);
    }

    /** The interface on which consumers are served, as soon as it is to be there and as long as it is. */
    public Optional<String> device() {
        return config.offer() || present ? Optional.of(TunnelName.SERVED) : Optional.empty();
    }

    public Optional<FirewallPlan.Served> filter() {
        return device().map(device ->
                served.filter(reach, available(), forwarding.refused(), resolvers.behind(reach, lent, config.dns())));
    }
}
