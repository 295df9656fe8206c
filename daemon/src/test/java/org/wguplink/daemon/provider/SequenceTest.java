package org.wguplink.daemon.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceTest {
    @TempDir
    Path temp;

    private Path file;

    @BeforeEach
    void atItsPlace() {
        file = temp.resolve("sequence");
    }

    @Test
    void itGrowsByOneAcrossTheBlocksOfTheFile() throws Exception {
        Sequence sequence = new Sequence(file, InstantSource.system());
        long last = sequence.next();
        assertThat(last).isPositive();
        for (int i = 0; i < 2500; i++) assertThat(sequence.next()).isEqualTo(++last);
    }

    @Test
    void itGrowsOverRestarts() throws Exception {
        long last = 0;
        for (int restart = 0; restart < 5; restart++) {
            Sequence sequence = new Sequence(file, InstantSource.system());
            for (int i = 0; i < 3; i++) {
                long next = sequence.next();
                assertThat(next).isGreaterThan(last);
                last = next;
            }
        }
    }

    @Test
    void whatTheFileSaysIsNeverGivenOutAgain() throws Exception {
        Files.writeString(file, "41000\n");
        assertThat(new Sequence(file, InstantSource.system()).next()).isGreaterThan(41_000);
        long reserved = Long.parseLong(Files.readString(file).strip());
        assertThat(new Sequence(file, InstantSource.system()).next()).isGreaterThan(reserved);
    }

    @Test
    void aRestartWithoutAnOfferCostsNothing() throws Exception {
        Files.writeString(file, "41000\n");
        assertThat(new Sequence(file, InstantSource.system())).isNotNull();
        assertThat(file).hasContent("41000\n");
    }

    @Test
    void noNumberIsGivenThatIsNotOnDisk() throws Exception {
        Sequence sequence = new Sequence(temp.resolve("missing/sequence"), InstantSource.system());
        assertThatThrownBy(sequence::next).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "1 2", "99999999999999999999"})
    void garbageIsAnErrorThatNamesTheFile(String garbage) throws Exception {
        Files.writeString(file, garbage);
        assertThatThrownBy(() -> new Sequence(file, InstantSource.system()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining("expected a number");
    }
}
