package org.wguplink.daemon.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.peer.PeerId;
import org.wguplink.daemon.provider.LeaseBook.Held;

class LeaseBookTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final PeerId ANA = new PeerId("ana");
    private static final PeerId BOB = new PeerId("bob");

    @TempDir
    Path temp;

    private Path file;
    private LeaseBook book;

    @BeforeEach
    void empty() {
        file = temp.resolve("leases.json");
        book = new LeaseBook(file);
    }

    @Test
    void aRestartChangesNoLease() {
        Held ana = lease(ANA, 1, NOW);
        Held bob = new Held(
                BOB,
                ana.key(),
                Endpoint.parse("[fd00:250::2]:51820"),
                lease(BOB, 2, NOW).addresses(),
                NOW.plusNanos(123_456_789));
        book.put(ana);
        book.put(bob);
        LeaseBook again = new LeaseBook(file);
        assertThat(again.all()).containsExactly(ana, bob);
        assertThat(again.of(BOB)).contains(bob);
    }

    @Test
    void aLeaseIsReplacedByALaterOneOfTheSameConsumer() {
        book.put(lease(ANA, 1, NOW));
        Held later = lease(ANA, 1, NOW.plusSeconds(600));
        book.put(later);
        assertThat(new LeaseBook(file).all()).containsExactly(later);
    }

    @Test
    void aLeaseEndsAtItsMomentAndStaysEnded() {
        book.put(lease(ANA, 1, NOW));
        book.put(lease(BOB, 2, NOW.plusSeconds(1)));
        assertThat(book.expire(NOW.minusMillis(1))).isFalse();
        assertThat(book.expire(NOW)).isTrue();
        assertThat(book.expire(NOW)).isFalse();
        assertThat(new LeaseBook(file).all()).extracting(Held::consumer).containsExactly(BOB);
    }

    @Test
    void aRemovedLeaseIsGoneFromTheFileToo() {
        book.put(lease(ANA, 1, NOW));
        book.remove(BOB);
        book.remove(ANA);
        assertThat(new LeaseBook(file).all()).isEmpty();
    }

    @Test
    void theLeasesOfThoseWhoAreNoLongerTrustedEnd() {
        book.put(lease(ANA, 1, NOW));
        book.put(lease(BOB, 2, NOW));
        assertThat(book.retain(Set.of(ANA, BOB))).isFalse();
        assertThat(book.retain(List.of(BOB))).isTrue();
        assertThat(new LeaseBook(file).all()).extracting(Held::consumer).containsExactly(BOB);
    }

    @Test
    void theFileIsForItsOwnerAlone() throws Exception {
        book.put(lease(ANA, 1, NOW));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(temp.toFile().list()).containsExactly("leases.json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "null",
                "{}",
                "[null]",
                "[{}]",
                "[{\"consumer\":\"ana\"}]",
                "[{\"consumer\":\"../x\",\"key\":\"\",\"endpoint\":\"\",\"consumer4\":\"\",\"consumer6\":\"\","
                        + "\"provider4\":\"\",\"provider6\":\"\",\"expires\":\"\"}]"
            })
    void aGarbageFileHoldsNoLeaseAndIsMadeAnew(String garbage) throws Exception {
        Files.writeString(file, garbage);
        LeaseBook again = new LeaseBook(file);
        assertThat(again.all()).isEmpty();
        Held ana = lease(ANA, 1, NOW);
        again.put(ana);
        assertThat(new LeaseBook(file).all()).containsExactly(ana);
    }

    @Test
    void oneBadLineVoidsAllOfTheFile() throws Exception {
        book.put(lease(ANA, 1, NOW));
        String text = Files.readString(file);
        Files.writeString(file, text.replace("]", ",{\"consumer\":\"bob\"}]"));
        assertThat(new LeaseBook(file).all()).isEmpty();
    }

    @Test
    void aFileThatCannotBeWrittenLeavesTheLeasesInForce() {
        LeaseBook nowhere = new LeaseBook(temp.resolve("missing/leases.json"));
        nowhere.put(lease(ANA, 1, NOW.plus(Duration.ofHours(1))));
        assertThat(nowhere.all()).hasSize(1);
    }

    private static Held lease(PeerId consumer, int n, Instant expires) {
        byte[] key = new byte[WireGuardKey.LENGTH];
        key[0] = (byte) n;
        return new Held(
                consumer,
                WireGuardKey.of(key),
                Endpoint.parse("10.250.0.%d:51820".formatted(n)),
                new TunnelAddresses(
                        Addresses.parse("10.99.0.%d".formatted(n + 1)),
                        Addresses.parse("fd99::%d".formatted(n + 1)),
                        Addresses.parse("10.99.0.1"),
                        Addresses.parse("fd99::1")),
                expires);
    }
}
