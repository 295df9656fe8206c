package org.wguplink.daemon.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.route.Layout;

class PathNumbersTest {
    private static final PeerId ANA = new PeerId("ana");
    private static final PeerId BOB = new PeerId("bob");

    @TempDir
    Path temp;

    private Path file;

    @BeforeEach
    void atItsPlace() {
        file = temp.resolve("paths.json");
    }

    @Test
    void aPeerKeepsItsNumberOverRestarts() {
        PathNumbers numbers = new PathNumbers(file);
        int bob = numbers.of(BOB).orElseThrow();
        int ana = numbers.of(ANA).orElseThrow();
        assertThat(ana).isNotEqualTo(bob);
        assertThat(numbers.of(BOB)).contains(bob);
        PathNumbers again = new PathNumbers(file);
        assertThat(again.of(ANA)).contains(ana);
        assertThat(again.of(BOB)).contains(bob);
    }

    @Test
    void everyUplinkHasANumberOfItsOwnUntilTheyAreAllGivenAway() {
        PathNumbers numbers = new PathNumbers(file);
        Set<Integer> given = new HashSet<>();
        for (int peer = 2; peer <= Layout.MAX_PATH; peer++)
            given.add(numbers.of(new PeerId("peer" + peer)).orElseThrow());
        assertThat(given).hasSize(Layout.MAX_PATH - 1).allMatch(n -> n >= 2 && n <= Layout.MAX_PATH);
        assertThat(numbers.of(ANA)).isEmpty();
        assertThat(numbers.of(new PeerId("peer7"))).isPresent();
    }

    @Test
    void aNumberIsGivenToAnotherOnlyAfterItWasFreed() {
        PathNumbers numbers = new PathNumbers(file);
        int ana = numbers.of(ANA).orElseThrow();
        assertThat(numbers.of(BOB)).isNotEqualTo(Optional.of(ana));
        numbers.free(ANA);
        assertThat(new PathNumbers(file).of(new PeerId("carl"))).contains(ana);
    }

    @Test
    void freeingAPeerWithoutANumberChangesNothing() {
        PathNumbers numbers = new PathNumbers(file);
        numbers.free(ANA);
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "[]", "{\"ana\":1}", "{\"ana\":30}", "{\"ana\":-5}", "{\"ana\":\"x\"}"})
    void aFileThatSaysNothingOfUseIsMadeAnew(String garbage) throws Exception {
        Files.writeString(file, garbage);
        assertThat(new PathNumbers(file).of(ANA)).contains(2);
        assertThat(new PathNumbers(file).of(BOB)).contains(3);
    }
}
