package org.wguplink.daemon.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
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
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.provider.LeaseBook.Held;
import org.wguplink.mesh.store.DurableFile;

class LeaseBookTest {
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final MonoTime NOW = EventLoop.now().plus(Duration.ofMinutes(5));
    private static final PeerId ANA = new PeerId("ana");
    private static final PeerId BOB = new PeerId("bob");

    @TempDir
    Path temp;

    private Path file;
    private LeaseBook book;

    @BeforeEach
    void empty() {
        file = temp.resolve("leases.json");
        book = open(file);
    }

    @Test
    void aRestartChangesNoLease() {
        Held ana = lease(ANA, 1, NOW);
        Held bob = new Held(
                BOB,
                ana.key(),
                Endpoint.parse("[fd00:250::2]:51820"),
                lease(BOB, 2, NOW).addresses(),
                1340,
                NOW.plus(Duration.ofMillis(123)));
        book.put(ana);
        book.put(bob);
        LeaseBook again = open(file);
        assertThat(again.all()).hasSize(2);
        same(again.of(ANA).orElseThrow(), ana);
        same(again.of(BOB).orElseThrow(), bob);
    }

    @Test
    void aLeaseIsReplacedByALaterOneOfTheSameConsumer() {
        book.put(lease(ANA, 1, NOW));
        Held later = lease(ANA, 1, NOW.plus(Duration.ofMinutes(3)));
        book.put(later);
        same(open(file).of(ANA).orElseThrow(), later);
    }

    @Test
    void aLeaseEndsAtItsMomentAndStaysEnded() {
        book.put(lease(ANA, 1, NOW));
        book.put(lease(BOB, 2, NOW.plus(Duration.ofSeconds(1))));
        assertThat(book.expire(NOW.plus(Duration.ofMillis(-1)), held -> false)).isFalse();
        assertThat(book.expire(NOW, held -> false)).isTrue();
        assertThat(book.expire(NOW, held -> false)).isFalse();
        assertThat(open(file).all()).extracting(Held::consumer).containsExactly(BOB);
    }

    @Test
    void aLeaseWhoseTunnelCarriesHoldsUntilItNoLongerDoes() {
        book.put(lease(ANA, 1, NOW));
        book.put(lease(BOB, 2, NOW));
        assertThat(book.expire(NOW, held -> held.consumer().equals(ANA))).isTrue();
        assertThat(book.all()).extracting(Held::consumer).containsExactly(ANA);
        assertThat(book.expire(NOW, held -> false)).isTrue();
        assertThat(book.all()).isEmpty();
    }

    @Test
    void aRemovedLeaseIsGoneFromTheFileToo() {
        book.put(lease(ANA, 1, NOW));
        book.remove(BOB);
        book.remove(ANA);
        assertThat(open(file).all()).isEmpty();
    }

    @Test
    void theLeasesOfThoseWhoAreNoLongerTrustedEnd() {
        book.put(lease(ANA, 1, NOW));
        book.put(lease(BOB, 2, NOW));
        assertThat(book.retain(Set.of(ANA, BOB))).isFalse();
        assertThat(book.retain(List.of(BOB))).isTrue();
        assertThat(open(file).all()).extracting(Held::consumer).containsExactly(BOB);
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
        LeaseBook again = open(file);
        assertThat(again.all()).isEmpty();
        Held ana = lease(ANA, 1, NOW);
        again.put(ana);
        same(open(file).of(ANA).orElseThrow(), ana);
    }

    @Test
    void oneBadLineVoidsAllOfTheFile() throws Exception {
        book.put(lease(ANA, 1, NOW));
        String text = Files.readString(file);
        Files.writeString(file, text.replace("]", ",{\"consumer\":\"bob\"}]"));
        assertThat(open(file).all()).isEmpty();
    }

    @Test
    void aFileThatCannotBeWrittenLeavesTheLeasesInForce() {
        LeaseBook nowhere = open(temp.resolve("missing/leases.json"));
        nowhere.put(lease(ANA, 1, NOW));
        assertThat(nowhere.all()).hasSize(1);
    }

    @Test
    void aClockThatJumpsBackMakesNoLeaseLast() throws Exception {
        book.put(lease(ANA, 1, NOW));
        Files.writeString(file, Files.readString(file).replaceAll("\"expires\":\"\\d{4}", "\"expires\":\"2999"));
        assertThat(open(file).of(ANA).orElseThrow().expiresAt().since(EventLoop.now()))
                .isBetween(LONGEST.minusSeconds(5), LONGEST);
    }

    @Test
    void aTunnelKeyBelongsToOneConsumer() {
        Held ana = lease(ANA, 1, NOW);
        book.put(ana);
        assertThat(book.isTaken(ana.key(), BOB)).isTrue();
        assertThat(book.isTaken(ana.key(), ANA)).isFalse();
    }

    private static LeaseBook open(Path file) {
        return new LeaseBook(file, LONGEST, InstantSource.system(), text -> {
            try {
                DurableFile.replace(file, text, DurableFile.OWNER_ONLY);
            } catch (IOException e) {
                assertThat(file.getParent()).doesNotExist();
            }
        });
    }

    private static void same(Held read, Held written) {
        assertThat(read.sameTunnel(written)).isTrue();
        assertThat(read.endpoint()).isEqualTo(written.endpoint());
        assertThat(read.consumer()).isEqualTo(written.consumer());
        assertThat(read.mtu()).isEqualTo(written.mtu());
        assertThat(read.expiresAt().since(written.expiresAt()).abs()).isLessThan(Duration.ofSeconds(2));
    }

    private static Held lease(PeerId consumer, int n, MonoTime expires) {
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
