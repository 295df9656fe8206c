package org.wguplink.linux.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.Layout;
import org.wguplink.linux.loop.Poller;

@Tag("kernel")
class DnsAndSynSocketKernelTest extends LineToIsp {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** Of the second half of a DNS header's flags, and the number of answers (RFC 1035 section 4.1.1). */
    @ParameterizedTest
    @CsvSource({"3, 0, true", "0, 0, true", "0, 1, false", "2, 0, false", "5, 0, false"})
    void tellsAnAnswerFromAnInterception(int code, int answers, boolean plausible) throws Exception {
        try (var server = there.in(() -> new DatagramSocket(new InetSocketAddress(ISP4, 53)));
                var dns = here.in(() -> DnsSocket.open("wan", Layout.probe(1), Family.IPV4))) {
            assertThat(dns.ask(ISP4, 65535)).isTrue();
            var question = new DatagramPacket(new byte[512], 512);
            server.receive(question);
            byte[] answer = Arrays.copyOf(question.getData(), question.getLength());
            answer[2] |= (byte) 0x80;
            answer[3] = (byte) code;
            answer[7] = (byte) answers;
            server.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            assertThat(await(dns)).contains(new DnsSocket.Answer(ISP4, 65535, plausible));
            assertThat(question.getLength()).isEqualTo(26);
        }
    }

    @Test
    void asksForAnotherNameEachTime() throws Exception {
        try (var server = there.in(() -> new DatagramSocket(new InetSocketAddress(ISP6, 53)));
                var dns = here.in(() -> DnsSocket.open("wan", Layout.probe(1), Family.IPV6))) {
            dns.ask(ISP6, 1);
            dns.ask(ISP6, 1);
            var first = new DatagramPacket(new byte[512], 512);
            var second = new DatagramPacket(new byte[512], 512);
            server.receive(first);
            server.receive(second);
            assertThat(first.getLength()).isEqualTo(second.getLength());
            assertThat(first.getData()).isNotEqualTo(second.getData());
        }
    }

    @Test
    void aConnectionThatIsAcceptedIsAnAnswerAndARefusalIsNone() throws Exception {
        try (var _ = there.in(() -> new ServerSocket(443, 5, ISP6))) {
            assertThat(answeredInTheEnd(ISP6)).isTrue();
        }
        assertThat(answered(ISP6)).isFalse();
        try (var server = there.in(() -> new ServerSocket(443, 5, ISP4))) {
            assertThat(answeredInTheEnd(ISP4)).isTrue();
            // closed with a reset: nothing was said, and nothing is left
            server.setSoTimeout(1000);
            try (var accepted = server.accept()) {
                assertThat(accepted.getInetAddress()).isEqualTo(Addresses.parse("198.51.100.2"));
            }
            assertThat(here.run("ss", "-Htan", "dport", "=", "443")).isBlank();
        }
    }

    @Test
    void silenceAndTheWordOfARouterAreNone() throws Exception {
        there.run(
                "nft",
                "add table inet t; add chain inet t i { type filter hook input priority 0; };"
                        + "add rule inet t i tcp dport 443 ip version 4 drop;"
                        + "add rule inet t i tcp dport 443 reject with icmpx admin-prohibited");
        assertThat(answered(ISP4)).isFalse();
        assertThat(answered(ISP6)).isFalse();
    }

    /** A neighbour may have to be found first. */
    private boolean answeredInTheEnd(InetAddress target) throws Exception {
        for (int i = 0; i < 5; i++) if (answered(target)) return true;
        return false;
    }

    private boolean answered(InetAddress target) throws Exception {
        var answered = new AtomicBoolean();
        try (var poller = new Poller();
                var syn = here.in(() -> SynSocket.start("wan", Layout.probe(1), target))) {
            poller.watchWritable(syn.fd(), () -> {
                answered.set(syn.answered());
                poller.unwatch(syn.fd());
            });
            for (long end = System.nanoTime() + PATIENCE.toNanos(); !answered.get() && System.nanoTime() < end; )
                poller.poll(Duration.ofMillis(50));
        }
        return answered.get();
    }

    private static Optional<DnsSocket.Answer> await(DnsSocket dns) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Optional<DnsSocket.Answer> answer = dns.next();
        while (answer.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(5);
            answer = dns.next();
        }
        return answer;
    }
}
