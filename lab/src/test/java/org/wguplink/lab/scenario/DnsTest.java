package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.inet.DnsAnswer;
import org.wguplink.lab.inet.InNamespace;
import org.wguplink.lab.meter.FreshFlows;
import org.wguplink.lab.meter.OutageMeter;
import org.wguplink.lab.meter.QueryCounter;
import org.wguplink.lab.meter.Timeline;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/**
 * Who answers queries for names, in one story of C, whose WAN and whose uplinks A and B die and return. Each ISP's resolver
 * answers only inside of its ISP. Those who ask ask C's, at its private address, at the one on the WAN's own network, and
 * over IPv6; from a new port each time, as most do, or from one for ever. Hosts also ask dnsmasq on C, and C its
 * systemd-resolved.
 */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DnsTest {
    private static final Duration STEADY = Duration.ofMillis(500);

    private Lab lab;
    private LabNode a;
    private LabNode b;
    private LabNode c;
    private QueryCounter byTheWan;
    private final List<FreshFlows> fresh = new ArrayList<>();
    private final List<OutageMeter> fixed = new ArrayList<>();
    private final List<Forwarder> forwarders = new ArrayList<>();
    /** Of C, then of A. */
    private final List<Cut> cuts = new ArrayList<>();

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "B", "C"));
        a = lab.node("A");
        b = lab.node("B");
        c = lab.node("C");
        MeshSetup.found(lab);
        MeshSetup.startDaemons(lab);
        MeshSetup.addUplinks(c, List.of(a, b));
        for (String namespace : List.of(c.hostNamespace(), c.namespace()))
            for (String resolver : c.site().resolvers()) {
                fresh.add(FreshFlows.startQueries(namespace, resolver, FreshFlows.QUERY_BEAT));
                fixed.add(OutageMeter.startQueries(namespace, resolver, FreshFlows.QUERY_BEAT));
            }
        forwarder(Forwarder.dnsmasq(c), c.hostNamespace(), c.site().lan4());
        forwarder(Forwarder.resolved(c, c.site().resolver4()), c.namespace(), Forwarder.STUB);
        byTheWan = QueryCounter.watch(lab, c);
    }

    private void forwarder(Optional<Forwarder> forwarder, String namespace, String address) throws IOException {
        if (forwarder.isEmpty()) return;
        forwarders.add(forwarder.get());
        fresh.add(FreshFlows.startQueries(namespace, address, FreshFlows.QUERY_BEAT));
    }

    @AfterAll
    void close() throws Exception {
        for (FreshFlows meter : fresh) meter.close();
        for (OutageMeter meter : fixed) meter.close();
        forwarders.forEach(Forwarder::close);
        lab.close();
    }

    @Test
    @Order(1)
    void onTheOwnWanItsOwnResolverAnswers() throws Exception {
        awaitResolver(c);
        assertThat(byTcp(c.hostNamespace(), c.site().resolver4()))
                .isEqualTo(c.site().number());
        assertThat(byTheWan.packets()).isPositive();
    }

    @Test
    @Order(2)
    void onAnUplinkTheProvidersResolverAnswersAndNoQueryLeavesByTheWan() throws Exception {
        cuts.add(c.cut(Fault.BLACKHOLE));
        Facts.awaitVia(c, a);
        awaitResolver(a);
        long before = byTheWan.packets();
        MonoTime from = new MonoTime(System.nanoTime());
        assertThat(byTcp(c.hostNamespace(), c.site().resolver4()))
                .isEqualTo(a.site().number());
        assertThat(byTcp(c.namespace(), c.site().wanGateway4()))
                .isEqualTo(a.site().number());
        Await.pause(Duration.ofSeconds(1));
        assertThat(byTheWan.packets() - before).as("queries by the WAN").isZero();
        for (FreshFlows meter : fresh)
            assertThat(meter.timeline().answered(from)).as("fraction answered").isGreaterThan(0.95);
    }

    @Test
    @Order(3)
    void theNextUplinkHasItsOwnResolver() throws Exception {
        cuts.add(a.cut(Fault.BLACKHOLE));
        awaitResolver(b);
    }

    @Test
    @Order(4)
    void aKilledDaemonLeavesQueriesLed() throws Exception {
        c.killDaemon();
        long before = byTheWan.packets();
        Await.pause(STEADY.multipliedBy(2));
        awaitResolver(b);
        assertThat(byTheWan.packets() - before).as("queries by the WAN").isZero();
        c.startDaemon();
        MeshSetup.awaitAnswer(c);
        awaitResolver(b);
    }

    @Test
    @Order(5)
    void afterFailbackItsOwnResolverAnswersAgain() throws Exception {
        MonoTime healed = cuts.getFirst().heal();
        Facts.awaitState(c, "direct");
        awaitResolver(c);
        Await.pause(Timeline.GRACE.plusMillis(50));
        for (OutageMeter meter : fixed)
            assertThat(meter.timeline().lost(healed, new MonoTime(System.nanoTime())))
                    .as("queries of one port that were lost at failback")
                    .isZero();
    }

    /** Waits until every one who asks is answered by the resolver of that node's ISP, and steadily. */
    private void awaitResolver(LabNode of) throws IOException {
        int isp = of.site().number();
        Await.until("%s's ISP resolves".formatted(of.name()), Facts.LATER, c, () -> {
            var seen = new ArrayList<String>();
            boolean all = true;
            for (FreshFlows meter : fresh) all &= steady(meter.timeline(Duration.ofSeconds(2)), isp, seen);
            for (OutageMeter meter : fixed) all &= steady(meter.timeline(Duration.ofSeconds(2)), isp, seen);
            return Await.Seen.when(all, seen);
        });
    }

    private static boolean steady(Timeline timeline, int isp, List<String> seen) {
        boolean steady = timeline.steadySince(isp)
                .filter(since -> timeline.now().since(since).compareTo(STEADY) > 0)
                .isPresent();
        seen.add(
                steady
                        ? "ok"
                        : timeline.exits(timeline.now().plus(STEADY.negated())).toString());
        return steady;
    }

    /** Who answers one query over TCP. */
    private static int byTcp(String namespace, String resolver) throws IOException {
        var server = new InetSocketAddress(resolver, 53);
        try (Socket socket =
                InNamespace.call(namespace, () -> SocketChannel.open(server)).socket()) {
            socket.setSoTimeout(2000);
            ByteBuffer question = DnsAnswer.ask(7, ByteBuffer.allocate(512));
            ByteBuffer message = ByteBuffer.allocate(2 + question.remaining())
                    .putShort((short) question.remaining())
                    .put(question);
            socket.getOutputStream().write(message.array());
            var in = new DataInputStream(socket.getInputStream());
            ByteBuffer answer = ByteBuffer.wrap(in.readNBytes(in.readUnsignedShort()));
            assertThat(DnsAnswer.isAddress(answer)).isTrue();
            return DnsAnswer.isp(answer);
        }
    }
}
