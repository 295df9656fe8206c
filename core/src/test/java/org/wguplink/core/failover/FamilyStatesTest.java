package org.wguplink.core.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.wguplink.core.failover.FailoverCommand.Activate;
import org.wguplink.core.failover.FailoverEvent.Judged;
import org.wguplink.core.failover.FailoverEvent.Preferred;
import org.wguplink.core.failover.FailoverEvent.Riding;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Family;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;

class FamilyStatesTest {
    private static final Set<Family> IPV4 = Set.of(Family.IPV4);
    private static final Set<Family> IPV6 = Set.of(Family.IPV6);
    private static final PathId.OwnWan WAN = new PathId.OwnWan("wan");
    private static final PathId.Uplink ANA = new PathId.Uplink(new PeerId("ana"));

    private final MonoTime now = new MonoTime(0);
    private FamilyStates states = FamilyStates.start(true, now);
    private int rules;

    @BeforeEach
    void onTheWan() {
        take(Family.BOTH, new Preferred(List.of(WAN, ANA)));
        take(Family.BOTH, new Judged(WAN, Verdict.UP, "answers"));
        take(Family.BOTH, new Judged(ANA, Verdict.UP, "answers"));
    }

    @Test
    void whatIsSaidOfBothIsDecidedOnce() {
        assertThat(rules).isEqualTo(3);
        FamilyStates.Step step = take(Family.BOTH, new Judged(WAN, Verdict.DOWN, "no answer"));
        assertThat(rules).isEqualTo(4);
        assertThat(step.commands()).containsOnlyKeys(Family.IPV4, Family.IPV6);
        assertThat(step.drops()).isEqualTo(Map.of(WAN, Family.BOTH));
        assertThat(states.active()).isEqualTo(Map.of(Family.IPV4, ANA, Family.IPV6, ANA));
        assertThat(states.parted()).isFalse();
    }

    @Test
    void eachFamilyLeavesAlone() {
        for (Family family : Family.values()) {
            FamilyStates before = states;
            FamilyStates.Step step = take(Set.of(family), new Judged(WAN, Verdict.DOWN, "no answer"));
            assertThat(step.switches()).isTrue();
            assertThat(step.commands().get(family)).contains(new Activate(ANA, "wan is down: no answer"));
            assertThat(step.drops()).as("flows of the other live").isEqualTo(Map.of(WAN, Set.of(family)));
            assertThat(states.active()).isEqualTo(Map.of(family, ANA, family.other(), WAN));
            assertThat(states.parted()).isTrue();
            assertThat(states.refuses(family)).isFalse();
            states = before;
        }
    }

    @Test
    void aFamilyThatNoPathCarriesIsRefusedOnlyWhileTheOtherIsCarried() {
        take(IPV6, new Judged(ANA, Verdict.DOWN, "no answer"));
        FamilyStates.Step step = take(IPV6, new Judged(WAN, Verdict.DOWN, "no IPv6 default route"));
        assertThat(step.switches()).isFalse();
        assertThat(states.refuses(Family.IPV6)).isTrue();
        assertThat(states.refuses(Family.IPV4)).isFalse();
        assertThat(states.parted()).isTrue();
        take(IPV4, new Judged(ANA, Verdict.DOWN, "no answer"));
        take(IPV4, new Judged(WAN, Verdict.DOWN, "no answer"));
        assertThat(states.refuses(Family.IPV6)).as("offline").isFalse();
        assertThat(states.parted()).isFalse();
        take(IPV6, new Judged(WAN, Verdict.UP, "answers"));
        assertThat(states.refuses(Family.IPV4)).isTrue();
    }

    /** The tunnel rides the WAN by IPv6, which lives: IPv4 need not wait for an answer through it. */
    @Test
    void aTunnelOverTheLivingFamilyIsTakenAtOnce() {
        take(IPV6, new Riding(Map.of(ANA, WAN)));
        take(IPV4, new Judged(WAN, Verdict.DOWN, "no answer"));
        assertThat(states.ipv4().active()).isEqualTo(ANA);
        assertThat(states.ipv6().active()).isEqualTo(WAN);
    }

    private FamilyStates.Step take(Set<Family> families, FailoverEvent event) {
        FamilyStates.Step step = states.step(families, event, now, (state, said, at) -> {
            rules++;
            return Failover.step(state, said, at);
        });
        states = step.states();
        return step;
    }
}
