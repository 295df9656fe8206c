package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.wguplink.control.Status;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/**
 * A lease of ten seconds: it is renewed while it is wanted, ends when it is given back, and ends by itself. A lends; C borrows;
 * B has borrowed, and is gone before the first test.
 */
@NeedsLab
@Order(1)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeaseTest {
    private static final Duration LEASE = Duration.ofSeconds(10);
    /** After which a provider takes a tunnel for dead. */
    private static final Duration SILENCE = Duration.ofSeconds(35);

    private Lab lab;
    private LabNode a;
    private LabNode b;
    private LabNode c;

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "B", "C"));
        a = lab.node("A");
        b = lab.node("B");
        c = lab.node("C");
        MeshSetup.found(lab);
        MeshSetup.startDaemons(lab);
        // by hand, into a running daemon
        Path config = a.root().resolve("etc/config/wireguard-uplink");
        String text = Files.readString(config);
        Files.writeString(
                config, text.replace("\toption offer '1'\n", "\toption offer '1'\n\toption lease_time '10'\n"));
        assertThat(Files.readString(config)).isNotEqualTo(text);
        Await.until("A has read its configuration again", Facts.SOON, a, () -> {
            String log = a.daemonLog(50);
            return Await.Seen.when(log.contains("the configuration was read again"), log);
        });
        for (LabNode consumer : List.of(b, c)) MeshSetup.addUplinks(consumer, List.of(a));
        b.killDaemon();
        // the tunnel outlives the daemon, and a lease holds while it carries
        b.run("ip", "link", "del", "wgup-nodeA").orThrow();
    }

    @AfterAll
    void stop() throws IOException {
        lab.close();
    }

    @Test
    @Order(1)
    void isRenewedWhileItIsWanted() throws Exception {
        assertThat(expiresIn()).isLessThanOrEqualTo(LEASE.toSeconds());
        Await.pause(LEASE.plusSeconds(3));
        assertThat(consumers()).contains("nodeC");
        assertThat(Facts.uplink(c, a).state()).isEqualTo("ready");
        awaitServed();
    }

    @Test
    @Order(2)
    void endsAtOnceWhenItIsGivenBack() throws Exception {
        c.wgctl("uplink", "remove", a.peerId()).orThrow();
        awaitGone("nodeC", Facts.SOON);
        awaitServed();
    }

    @Test
    @Order(3)
    void endsByItselfWhenTheConsumerIsGone() throws Exception {
        awaitGone("nodeB", SILENCE.plusSeconds(15));
        awaitServed();
    }

    private long expiresIn() throws IOException {
        return a.status().offering().consumers().stream()
                .filter(consumer -> consumer.peerId().equals("nodeC"))
                .findFirst()
                .orElseThrow()
                .expiresInS();
    }

    private List<String> consumers() throws IOException {
        return a.status().offering().consumers().stream()
                .map(Status.Consumer::peerId)
                .toList();
    }

    private void awaitGone(String consumer, Duration limit) throws IOException {
        Await.until(
                "A serves %s no more".formatted(consumer),
                limit,
                a,
                () -> Await.Seen.when(!consumers().contains(consumer), consumers()));
    }

    /** WireGuard has whoever holds a lease, and nobody else. */
    private void awaitServed() throws IOException {
        Await.until("WireGuard has those who hold a lease", Facts.SOON, a, () -> {
            long peers = Facts.consumersInWireGuard(a);
            return Await.Seen.when(peers == consumers().size(), peers + " peers, " + consumers());
        });
    }
}
