package org.wguplink.linux.forwarding;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.firewall.FirewallException;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.core.tunnel.Tunnels;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.nftables.FilterTrace;
import org.wguplink.linux.nftables.FilterTrace.Chain;
import org.wguplink.linux.nftables.FilterTrace.Step;
import org.wguplink.linux.nftables.Nftables;

/**
 * Sends a consumer's packets through this node: encrypted to the served interface as its peer, and from there wherever
 * the kernel takes them. It holds its thread for up to some seconds.
 *
 * @param tunnels makes the interface of the consumer that asks
 * @param sources one a family that the WAN carries; the served interface has them as a peer's allowed addresses
 * @param targets hosts of the internet
 */
public record ForwardingCheck(
        Nftables nftables, Tunnels tunnels, Service service, Set<InetAddress> sources, List<InetAddress> targets) {
    private static final Duration HANDSHAKE = Duration.ofSeconds(3);
    private static final Duration FIRST_ROUND = Duration.ofSeconds(1);
    private static final Duration SECOND_ROUND = Duration.ofSeconds(2);
    private static final Duration BEAT = Duration.ofMillis(300);
    private static final int TARGETS = 3;
    private static final int LOWEST_PORT = 1024;
    private static final int PORTS = 65536 - LOWEST_PORT;
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * What is tested.
     *
     * @param device the served interface, with its key and the port on which it listens
     * @param wan the line that consumers get
     */
    public record Service(String device, WireGuardKey key, int port, String wan) {
        private Blocker.Way way() {
            return new Blocker.Way(device, wan);
        }
    }

    /**
     * Families with an answer, added as they come.
     *
     * @param connections to a server that took it
     * @param refusals by a server, or by a filter of this very node that seems to be one: fw4 and ufw send resets
     */
    private record Heard(Set<Family> connections, Set<Family> refusals, Set<Family> echoes) {
        static Heard nothing() {
            return new Heard(EnumSet.noneOf(Family.class), EnumSet.noneOf(Family.class), EnumSet.noneOf(Family.class));
        }

        boolean any(Family family) {
            return refusals.contains(family) || echoes.contains(family);
        }
    }

    /**
     * Tests it with an interface of this name, which is gone when this returns, and a key of which the served interface
     * knows.
     *
     * @return what blocks a family; families that get through are not in it
     */
    public Map<Family, Blocker> run(String device, WireGuardSecret secret)
            throws TunnelException, OsException, FirewallException {
        try (var consumer = new TestConsumer(tunnels, device, secret, service.key, service.port)) {
            if (!consumer.connected(HANDSHAKE)) return unanswered();
            Heard heard = Heard.nothing();
            ask(consumer, sources, true, FIRST_ROUND, heard);
            Set<InetAddress> left = new HashSet<>(sources);
            left.removeIf(source -> heard.connections.contains(Family.of(source)));
            return left.isEmpty() ? Map.of() : trace(consumer, left, heard);
        }
    }

    private Map<Family, Blocker> unanswered() {
        var blocked = new EnumMap<Family, Blocker>(Family.class);
        for (InetAddress source : sources)
            blocked.put(Family.of(source), new Blocker.Silence(Family.of(source), service.device, service.port));
        return blocked;
    }

    /** Asks again, and lets the kernel say what becomes of the packets. */
    private Map<Family, Blocker> trace(TestConsumer consumer, Set<InetAddress> asked, Heard before)
            throws OsException, FirewallException {
        var steps = new ArrayList<Step>();
        Heard heard = Heard.nothing();
        try (var trace = new FilterTrace(nftables, service.device, asked)) {
            long end = System.nanoTime() + SECOND_ROUND.toNanos();
            Set<InetAddress> open = new HashSet<>(asked);
            while (!open.isEmpty() && System.nanoTime() < end) {
                ask(consumer, open, false, BEAT, heard);
                steps.addAll(trace.read());
                open.removeIf(s -> heard.connections.contains(Family.of(s))
                        || heard.refusals.contains(Family.of(s))
                        || drop(steps, Family.of(s)).isPresent());
            }
        }
        var blocked = new EnumMap<Family, Blocker>(Family.class);
        for (InetAddress source : asked) {
            Family family = Family.of(source);
            if (heard.connections.contains(family)) continue;
            Optional<Step> drop = drop(steps, family);
            // hosts that answer echoes, or refuse, and take no connection are no sign of a filter here
            if (drop.isEmpty() && (before.any(family) || heard.any(family))) continue;
            boolean gone = steps.stream().anyMatch(s -> s.leaving() && s.family() == family);
            Blocker blocker = drop.isPresent()
                    ? filter(drop.get(), steps)
                    : new Blocker.Outside(family, service.way(), gone, legacyTables(family));
            blocked.put(family, blocker);
        }
        return blocked;
    }

    private static Optional<Step> drop(List<Step> steps, Family family) {
        return steps.stream().filter(s -> s.dropped() && s.family() == family).findFirst();
    }

    private Blocker filter(Step drop, List<Step> steps) {
        Optional<String> rule = drop.ruleHandle().isPresent()
                ? Optional.of(nftables.ruleText(
                        drop.chain().table(),
                        drop.chain().name(),
                        drop.ruleHandle().getAsInt()))
                : Optional.empty();
        List<Chain> met = steps.stream().map(Step::chain).toList();
        return new Blocker.Filter(drop.family(), service.way(), Firewall.of(drop.chain(), met), drop.chain(), rule);
    }

    /** Sends to several targets, again and again, until every family has an answer or the time is over. */
    private void ask(TestConsumer consumer, Set<InetAddress> from, boolean echoes, Duration patience, Heard heard)
            throws OsException {
        List<TestPacket> packets = from.stream()
                .map(source -> new TestPacket(source, LOWEST_PORT + RANDOM.nextInt(PORTS), RANDOM.nextInt()))
                .toList();
        long end = System.nanoTime() + patience.toNanos();
        long next = System.nanoTime();
        // who refuses may be followed by who does not
        long enough = next + BEAT.toNanos();
        while (!packets.stream().allMatch(p -> heard.connections.contains(p.family()))) {
            long now = System.nanoTime();
            boolean answered = packets.stream()
                    .allMatch(p -> heard.connections.contains(p.family()) || heard.refusals.contains(p.family()));
            if (now >= end || (now >= enough && answered)) break;
            if (now >= next) {
                next = now + BEAT.toNanos();
                for (TestPacket packet : packets)
                    if (!heard.connections.contains(packet.family())) send(consumer, packet, echoes);
            }
            Optional<byte[]> received = consumer.receive(Duration.ofNanos(Math.min(next, end) - now));
            if (received.isPresent()) for (TestPacket packet : packets) hear(consumer, packet, received.get(), heard);
        }
    }

    private void send(TestConsumer consumer, TestPacket packet, boolean echoes) throws OsException {
        List<InetAddress> reached = targets.stream()
                .filter(t -> Family.of(t) == packet.family())
                .limit(TARGETS)
                .toList();
        for (InetAddress target : reached) {
            consumer.send(packet.family(), packet.connection(target));
            if (echoes) consumer.send(packet.family(), packet.echo(target));
        }
    }

    private void hear(TestConsumer consumer, TestPacket packet, byte[] received, Heard heard) throws OsException {
        Optional<TestPacket.Answer> answer = packet.answer(received).filter(a -> targets.contains(a.from()));
        if (answer.isEmpty()) return;
        switch (answer.get()) {
            case TestPacket.Answer.Echo echo -> heard.echoes.add(packet.family());
            case TestPacket.Answer.Connection(var target, var reset) -> {
                (reset.isPresent() ? heard.connections : heard.refusals).add(packet.family());
                if (reset.isPresent()) consumer.send(packet.family(), reset.get());
            }
        }
    }

    /** Tables of legacy iptables in use in the network namespace of this thread; empty when there are none. */
    private static Optional<String> legacyTables(Family family) {
        Path names = Path.of("/proc/thread-self/net/ip%s_tables_names".formatted(family == Family.IPV4 ? "" : "6"));
        try {
            String text = String.join(", ", new ArrayList<>(Files.readAllLines(names)));
            return text.isBlank() ? Optional.empty() : Optional.of(text);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
