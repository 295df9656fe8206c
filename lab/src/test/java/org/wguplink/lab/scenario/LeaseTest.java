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
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** A lease of ten seconds: it is renewed while it is wanted, ends when it is given back, and ends by itself. */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeaseTest {
    private static final Duration LEASE = Duration.ofSeconds(10);
    /** After which a provider takes a tunnel for dead. */
    private static final Duration SILENCE = Duration.ofSeconds(35);

    private Lab lab;
    private LabNode a;
    private LabNode c;

    @BeforeAll
    void start() throws Exception {
        lab = Lab.build(List.of("A", "C"));
        a = lab.node("A");
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
        MeshSetup.addUplinks(c, List.of(a));
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
        assertThat(consumers()).isEqualTo(1);
        assertThat(Facts.uplink(c, a).state()).isEqualTo("ready");
        assertThat(Facts.consumersInWireGuard(a)).isEqualTo(1);
    }

    @Test
    @Order(2)
    void endsAtOnceWhenItIsGivenBack() throws Exception {
        c.wgctl("uplink", "remove", a.peerId()).orThrow();
        awaitConsumers(0, Facts.SOON);
        awaitPeers(0);
    }

    @Test
    @Order(3)
    void endsByItselfWhenTheConsumerIsGone() throws Exception {
        MeshSetup.addUplinks(c, List.of(a));
        assertThat(consumers()).isEqualTo(1);
        c.killDaemon();
        // the tunnel outlives the daemon, and a lease holds while it carries
        c.run("ip", "link", "del", "wgup-nodeA").orThrow();
        awaitConsumers(0, SILENCE.plusSeconds(15));
        awaitPeers(0);
    }

    private long expiresIn() throws IOException {
        return a.status().offering().consumers().getFirst().expiresInS();
    }

    private int consumers() throws IOException {
        return a.status().offering().consumers().size();
    }

    private void awaitConsumers(int count, Duration limit) throws IOException {
        Await.until("A serves %d".formatted(count), limit, a, () -> Await.Seen.when(consumers() == count, consumers()));
    }

    private void awaitPeers(int count) throws IOException {
        Await.until("WireGuard has %d peers".formatted(count), Facts.SOON, a, () -> {
            long peers = Facts.consumersInWireGuard(a);
            return Await.Seen.when(peers == count, peers);
        });
    }
}
