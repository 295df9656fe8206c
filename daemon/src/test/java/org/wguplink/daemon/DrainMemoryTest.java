package org.wguplink.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.core.failover.Failover;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.failover.FailoverEvent.DrainsResumed;
import org.wguplink.core.failover.FamilyStates;
import org.wguplink.core.net.Family;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.RunningLoop;

class DrainMemoryTest {
    private static final PathId.Uplink ANA = new PathId.Uplink(new PeerId("ana"));
    private static final PathId.Uplink BEN = new PathId.Uplink(new PeerId("ben"));
    private static final Duration TIME = Duration.ofMinutes(5);

    @TempDir
    Path temp;

    private RunningLoop loop;
    private Path file;
    private final MonoTime now = EventLoop.now();
    private FamilyStates states = FamilyStates.start(true, now);

    @BeforeEach
    void start() throws Exception {
        loop = new RunningLoop();
        file = temp.resolve("drains.json");
        step(Family.BOTH, new FailoverEvent.Preferred(List.of(ANA, BEN)));
    }

    @AfterEach
    void stop() throws Exception {
        loop.close();
    }

    @Test
    void theNextRunGoesOnWithTheDrainsOfEachFamily() throws Exception {
        DrainMemory memory = memory();
        keep(memory);
        assertThat(file).as("nothing is drained").doesNotExist();
        step(Family.BOTH, new FailoverEvent.Drained(ANA, Optional.of(TIME)));
        step(Set.of(Family.IPV6), new FailoverEvent.DrainsResumed(Map.of(BEN, TIME), Set.of()));
        keep(memory);
        DrainsResumed read = read(memory(), Family.IPV4);
        assertThat(read.ordered()).containsExactly(ANA);
        assertThat(read.left()).containsOnlyKeys(ANA);
        assertThat(read.left().get(ANA)).isBetween(TIME.minusSeconds(30), TIME);
        assertThat(read(memory(), Family.IPV6).left()).containsOnlyKeys(ANA, BEN);
    }

    @Test
    void aDrainThatIsOverEndsAtOnceAndNoneLastsLongerThanADay() throws Exception {
        Instant clock = loop.loop().wall().instant();
        Files.writeString(
                file,
                "{\"ordered\":[],\"ipv4\":{\"ana\":\"%s\",\"ben\":\"%s\"},\"ipv6\":{}}"
                        .formatted(clock.minusSeconds(9), clock.plus(Duration.ofDays(300))));
        assertThat(read(memory(), Family.IPV4).left()).isEqualTo(Map.of(ANA, Duration.ZERO, BEN, Duration.ofDays(1)));
    }

    @Test
    void whatCouldNotBeTakenUpIsForgottenAndABrokenFileIsNoObstacle() throws Exception {
        Files.writeString(file, "{\"ordered\":[\"ana\"],\"ipv4\":{},\"ipv6\":{}}");
        DrainMemory memory = memory();
        assertThat(read(memory, Family.IPV4).ordered()).containsExactly(ANA);
        keep(memory);
        assertThat(read(memory(), Family.IPV4).ordered()).isEmpty();
        for (String broken : List.of("", "{}", "{\"ordered\":[\"/\"],\"ipv4\":{},\"ipv6\":{}}")) {
            Files.writeString(file, broken);
            assertThat(memory().read()).as(broken).isEmpty();
        }
    }

    private DrainMemory memory() throws Exception {
        return loop.call(() -> new DrainMemory(loop.loop(), file));
    }

    private static DrainsResumed read(DrainMemory memory, Family family) {
        return Optional.ofNullable(memory.read().get(family)).orElseThrow();
    }

    private void keep(DrainMemory memory) throws Exception {
        loop.call(() -> {
            memory.keep(states, now);
            return true;
        });
        loop.settle();
    }

    private void step(Set<Family> families, FailoverEvent event) {
        states = states.step(families, event, now, Failover::step).states();
    }
}
