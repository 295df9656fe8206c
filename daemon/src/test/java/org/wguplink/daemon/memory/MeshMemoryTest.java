package org.wguplink.daemon.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.offer.Capabilities;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.offer.WanType;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.RunningLoop;
import org.wguplink.mesh.document.Documents;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.identity.MasterKey;
import org.wguplink.mesh.roster.Roster;

class MeshMemoryTest {
    private static final PeerId ANA = new PeerId("ana");
    private static final PeerId BEN = new PeerId("ben");
    private static final WireGuardKey KEY = WireGuardKey.of(new byte[32]);
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    @TempDir
    private Path temp;

    private RunningLoop loop;
    private Path file;
    private Identity ana;
    private MasterKey master;

    @BeforeEach
    void meet() throws Exception {
        loop = new RunningLoop();
        file = temp.resolve("mesh.json");
        ana = Identity.create(temp.resolve("ana"), ANA);
        master = MasterKey.create(temp);
    }

    @AfterEach
    void stop() throws Exception {
        loop.close();
    }

    @Test
    void aLeaseIsWrittenAtOnceAndHoldsInTheNextRunUntilItEnds() throws Exception {
        keepLease();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Instant now = Instant.now();
        Map<PeerId, MeshMemory.Lease> leases = leases(roster(ana), BEN, now);
        assertThat(leases).containsOnlyKeys(ANA);
        assertThat(leases.values()).allSatisfy(lease -> {
            assertThat(lease.grant()).isEqualTo(grant());
            assertThat(lease.left()).isBetween(LIFETIME.minusMinutes(1), LIFETIME);
        });
        assertThat(leases(roster(ana), BEN, now.plus(LIFETIME))).isEmpty();
    }

    @Test
    void aClockThatWentBackDoesNotMakeALeaseLonger() throws Exception {
        keepLease();
        assertThat(leases(roster(ana), BEN, Instant.EPOCH).values())
                .extracting(MeshMemory.Lease::left)
                .containsExactly(LIFETIME);
    }

    @Test
    void aLeaseForAnotherNodeOrOfOneWhoLeftTheRosterIsNotBelieved() throws Exception {
        keepLease();
        Instant now = Instant.now();
        assertThat(leases(roster(ana), new PeerId("eve"), now)).isEmpty();
        Identity other = Identity.create(temp.resolve("other"), ANA);
        assertThat(leases(roster(other), BEN, now))
                .as("the name stayed, the key is another")
                .isEmpty();
    }

    @Test
    void aForgedEntryIsDropped() throws Exception {
        keepLease();
        String text = Files.readString(file);
        int signature = text.lastIndexOf('.', text.indexOf("\"ends\"")) + 5;
        char other = text.charAt(signature) == 'A' ? 'B' : 'A';
        Files.writeString(file, text.substring(0, signature) + other + text.substring(signature + 1));
        assertThat(leases(roster(ana), BEN, Instant.now())).isEmpty();
    }

    @Test
    void whatIsGivenBackIsForgotten() throws Exception {
        keepLease();
        write(memory -> memory.ended(ANA));
        assertThat(leases(roster(ana), BEN, Instant.now())).isEmpty();
    }

    @Test
    void theNewestOfferOfAPeerIsKeptAsItWasSigned() throws Exception {
        Offer offer = new Offer(
                ANA,
                7,
                Instant.parse("2026-02-28T12:00:00Z"),
                Instant.parse("2026-02-28T12:03:00Z"),
                new Capabilities(100, 10, WanType.FIBER, true),
                "",
                Endpoint.parse("192.0.2.1:51820"),
                KEY);
        String document = new Documents(ana).sign(offer);
        write(memory -> {
            memory.heard(offer, document);
            // an offer alone would wait
            memory.granted(grant(), signed());
        });
        var next = loop.call(() -> new MeshMemory(loop.loop(), file));
        assertThat(next.offers(roster(ana))).containsExactly(offer);
    }

    @Test
    void aFileThatIsNoneOfOursIsNothing() throws Exception {
        for (String text : List.of("", "nonsense", "[]", "{\"leases\":{\"ana\":{}}}", "{\"offers\":{\"ana\":\"x\"}}")) {
            Files.writeString(file, text);
            assertThat(leases(roster(ana), BEN, Instant.now())).as(text).isEmpty();
        }
    }

    /** Its directory is missing at first, as room may be. */
    @Test
    void whatCouldNotBeWrittenIsWrittenSoonAfterItCanBe() throws Exception {
        file = temp.resolve("later/mesh.json");
        var memory = loop.call(() -> new MeshMemory(loop.loop(), file));
        MonoTime now = EventLoop.now();
        loop.call(() -> {
            memory.granted(grant(), signed());
            memory.tick(EventLoop.now());
            return true;
        });
        loop.settle();
        MonoTime again = loop.call(memory::nextWake).orElseThrow();
        assertThat(again).isLessThan(now.plus(Duration.ofSeconds(30)));
        Files.createDirectory(file.getParent());
        loop.call(() -> {
            memory.tick(again);
            return true;
        });
        loop.settle();
        assertThat(leases(roster(ana), BEN, Instant.now())).containsOnlyKeys(ANA);
        assertThat(loop.call(memory::nextWake)).isEmpty();
    }

    private interface Change {
        void on(MeshMemory memory);
    }

    private void keepLease() throws Exception {
        write(memory -> memory.granted(grant(), signed()));
    }

    private void write(Change change) throws Exception {
        loop.call(() -> {
            var memory = new MeshMemory(loop.loop(), file);
            change.on(memory);
            memory.tick(EventLoop.now());
            return true;
        });
        loop.settle();
    }

    private Map<PeerId, MeshMemory.Lease> leases(Roster roster, PeerId self, Instant now) throws Exception {
        return loop.call(() -> new MeshMemory(loop.loop(), file).leases(roster, self, now));
    }

    private Roster roster(Identity signer) {
        return new Roster(
                master.key(),
                1,
                Instant.parse("2026-01-01T00:00:00Z"),
                Instant.parse("2027-01-01T00:00:00Z"),
                Stream.of(new Roster.Node(ANA, signer.key(), Roster.ROLE_NODE)).toList());
    }

    private String signed() {
        try {
            return new Documents(ana).sign(grant());
        } catch (org.wguplink.mesh.document.DocumentException e) {
            throw new AssertionError(e);
        }
    }

    private static Grant grant() {
        return new Grant(
                ANA,
                BEN,
                "abcdefghijklmnopqrstuv",
                KEY,
                Endpoint.parse("192.0.2.1:51820"),
                new TunnelAddresses(
                        InetAddress.ofLiteral("10.99.0.2"),
                        InetAddress.ofLiteral("fd00::2"),
                        InetAddress.ofLiteral("10.99.0.1"),
                        InetAddress.ofLiteral("fd00::1")),
                1420,
                LIFETIME);
    }
}
