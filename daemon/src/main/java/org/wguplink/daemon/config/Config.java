package org.wguplink.daemon.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.wguplink.core.failover.Balance;
import org.wguplink.core.health.Detection;
import org.wguplink.core.health.ProbeSettings;
import org.wguplink.core.health.Quality;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.core.offer.Terms;
import org.wguplink.core.offer.WanType;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.policy.Essential;
import org.wguplink.core.policy.Policy;
import org.wguplink.core.selection.Candidate;

/**
 * {@code /etc/config/wireguard-uplink}, read and checked.
 *
 * @param enabled whether the service does anything: without it nothing of ours is in the kernel, and nobody is met
 * @param autoFailover switch by itself when the own WAN fails
 * @param minUplinks uplinks kept ready, 0 to 28
 * @param checkInterval how often the uplinks are put in order anew, by the latency measured meanwhile
 * @param failoverTimeout how long a new uplink may take to prove that it reaches the internet before another is made
 *     ready in its place
 * @param preferLatency whether latency counts in the order of the uplinks
 * @param watching how the paths are watched
 * @param draining how long flows stay on an uplink after new ones have left it
 * @param peerId this node's name; empty when the identity alone gives it
 * @param wan devices of the own WAN; empty: the device of the default route
 * @param trackIps what the probes ask; public addresses that answer pings
 * @param peers the uplinks that the user added, with their weights
 * @param policies in the order in which they count
 * @param essentials the added peers whose uplink is for the essential only
 * @param balance the paths that new flows of the LAN are shared over; none: they go by one
 */
public record Config(
        boolean enabled,
        boolean autoFailover,
        int minUplinks,
        Duration checkInterval,
        Duration failoverTimeout,
        boolean preferLatency,
        Watching watching,
        Draining draining,
        Optional<PeerId> peerId,
        List<String> wan,
        List<InetAddress> trackIps,
        Lending lending,
        Optional<Mesh> mesh,
        SortedMap<PeerId, Integer> peers,
        List<Policy> policies,
        SortedMap<PeerId, Essential> essentials,
        List<Balance.Member> balance) {

    /**
     * How the paths are watched, and measured when somebody asks.
     *
     * @param detection how soon a silence is a death
     * @param limits beyond which a path that lives is poor, and another is better; empty: none is
     * @param portalCheck the empty pages that a captive portal answers in another way; none: none is looked for
     * @param measurePage the page whose load shows what a path brings; empty: none is measured by a load
     */
    public record Watching(
            Detection detection,
            Optional<Quality.Limits> limits,
            List<HttpUrl> portalCheck,
            Optional<HttpUrl> measurePage) {
        /** Of a path that carries traffic. */
        public ProbeSettings inUse() {
            return detection.inUse().judging(limits).findingPortals(portalCheck);
        }

        /** Of one that is kept ready. */
        public ProbeSettings standby() {
            return ProbeSettings.STANDBY.judging(limits).findingPortals(portalCheck);
        }
    }

    /** For how long flows stay on an uplink that new ones have left; zero: not at all. */
    public record Draining(Duration usual, Duration metered) {
        public static final Draining USUAL = new Draining(Duration.ofMinutes(10), Duration.ofSeconds(30));
    }

    /**
     * What this node lends.
     *
     * @param offer whether it lends its WAN to the mesh
     * @param listenPort of the interface for consumers; 0 = any free one
     * @param leaseTime how long a lease holds unless it is renewed, 10 s to 24 h
     * @param endpoints where this node is reached besides its own addresses, at most {@link #MOST_ENDPOINTS}
     * @param dns whom consumers' queries for names are led to; none: the resolvers of this machine
     * @param line what the offer says of the line apart from its speed
     */
    public record Lending(
            boolean offer,
            int bandwidthMbps,
            int latencyMs,
            WanType wanType,
            int listenPort,
            Duration leaseTime,
            List<Endpoint> endpoints,
            List<InetAddress> dns,
            Line line) {
        /** A name counts twice among the endpoints of an offer, and the own addresses need room too. */
        public static final int MOST_ENDPOINTS = 2;

        public Lending {
            endpoints = List.copyOf(endpoints);
            dns = List.copyOf(dns);
        }

        /** A node that is reached at its own addresses alone, has its machine's resolvers, and whose line costs nothing. */
        public Lending(
                boolean offer, int bandwidthMbps, int latencyMs, WanType wanType, int listenPort, Duration leaseTime) {
            this(offer, bandwidthMbps, latencyMs, wanType, listenPort, leaseTime, List.of(), List.of(), Line.UNSTATED);
        }
    }

    /**
     * The own line.
     *
     * @param metered empty: as is usual for its {@code wan_type}
     * @param cost as in {@link Terms}
     * @param quotaMb what consumers may use of it in a month, in 10^6 bytes; empty: as much as they like
     * @param isp whose it is
     */
    public record Line(Optional<Boolean> metered, int cost, Optional<Long> quotaMb, Optional<String> isp) {
        public static final Line UNSTATED = new Line(Optional.empty(), 0, Optional.empty(), Optional.empty());
    }

    /**
     * Where this node meets the mesh.
     *
     * @param address of its own, on the underlay that the mesh uses
     * @param port TCP, of the gossip
     * @param seeds nodes that are asked first
     */
    public record Mesh(InetAddress address, int port, List<Endpoint> seeds) {
        public static final int DEFAULT_PORT = 7900;
    }

    public Config {
        wan = List.copyOf(wan);
        trackIps = List.copyOf(trackIps);
        peers = new TreeMap<>(peers);
        policies = List.copyOf(policies);
        essentials = new TreeMap<>(essentials);
        balance = List.copyOf(balance);
    }

    /** The peers by which some traffic always leaves. */
    public Set<PeerId> fixedExits() {
        var fixed = new TreeSet<PeerId>();
        for (Policy policy : policies) if (policy.mode() instanceof Policy.Mode.Always(var peer)) fixed.add(peer);
        return fixed;
    }

    /** The peers whose uplink is kept ready and watched closely, however many there are: fixed exits, and who takes a share. */
    public Set<PeerId> keptReady() {
        Set<PeerId> kept = fixedExits();
        for (Balance.Member member : balance)
            if (member.path() instanceof PathId.Uplink(var peer) && peers.containsKey(peer)) kept.add(peer);
        return kept;
    }

    /** The weight of a peer, whether added or not. */
    public int weightOf(PeerId peer) {
        return peers.getOrDefault(peer, Candidate.DEFAULT_WEIGHT);
    }
}
