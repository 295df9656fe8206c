package org.wguplink.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;

class CollisionsTest {
    private static final ForeignRule LOCAL = rule(0, false, null, 255);
    private static final ForeignRule MAIN = rule(32766, false, null, 254);

    @Test
    void theKernelsOwnRulesAreInNobodysWay() {
        assertThat(Collisions.of(List.of(LOCAL, MAIN, rule(32767, false, null, 253))))
                .isEmpty();
    }

    @Test
    void mwan3AndTailscaleAreInNobodysWay() {
        assertThat(Collisions.of(List.of(
                        rule(2001, false, new FwMark(0x100, 0x3f00), 1),
                        rule(2061, false, new FwMark(0x3d00, 0x3f00), 254),
                        rule(5210, false, new FwMark(0x80000, 0xff0000), 254))))
                .isEmpty();
    }

    /** Without a priority of its own it lands just before the first rule that is not local: before ours. */
    @Test
    void wgQuickBeforeUsIsNamedAndItsRuleForMoreSpecificRoutesIsNot() {
        var suppressing = new ForeignRule(
                Family.IPV4, 5294, false, Optional.empty(), false, Optional.of(new RouteTable(254)), OptionalInt.of(0));
        assertThat(Collisions.of(List.of(suppressing, rule(5295, true, new FwMark(0xca6c, -1), 51820))))
                .singleElement()
                .asString()
                .contains("pref 5295 not fwmark 0xca6c/0xffffffff lookup 51820", "wg-quick", "above 5399");
    }

    /** On a node that serves nobody our own rules begin later. */
    @Test
    void wgQuickAtAPriorityOfOursIsNamedAsWhatItIs() {
        assertThat(Collisions.of(List.of(rule(5296, true, new FwMark(0xca6c, -1), 51820))))
                .singleElement()
                .asString()
                .contains("wg-quick", "above 5399");
    }

    @Test
    void wgQuickBehindUsReadsOurMarkBits() {
        assertThat(Collisions.of(List.of(rule(32765, true, new FwMark(0xca6c, -1), 51820))))
                .singleElement()
                .asString()
                .contains("0x3f000000");
    }

    @Test
    void aRuleAmongOursOrToATableOfOursIsNamedOnceForBothFamilies() {
        var v6 = new ForeignRule(
                Family.IPV6,
                5320,
                false,
                Optional.empty(),
                true,
                Optional.of(new RouteTable(100)),
                OptionalInt.empty());
        var v4 = new ForeignRule(
                Family.IPV4,
                5320,
                false,
                Optional.empty(),
                true,
                Optional.of(new RouteTable(100)),
                OptionalInt.empty());
        assertThat(Collisions.of(List.of(v4, v6))).singleElement().asString().contains("pref 5320", "5296 to 5399");
        assertThat(Collisions.of(List.of(rule(9000, false, null, 57402))))
                .singleElement()
                .asString()
                .contains("57400 to 57431");
    }

    @Test
    void aRuleForSomeTrafficOnlyMayStandBeforeOurs() {
        var some = new ForeignRule(
                Family.IPV4, 100, false, Optional.empty(), true, Optional.of(new RouteTable(100)), OptionalInt.empty());
        assertThat(Collisions.of(List.of(some))).isEmpty();
    }

    private static ForeignRule rule(
            int priority, boolean inverted, @org.jspecify.annotations.Nullable FwMark mark, int table) {
        return new ForeignRule(
                Family.IPV4,
                priority,
                inverted,
                Optional.ofNullable(mark),
                false,
                Optional.of(new RouteTable(table)),
                OptionalInt.empty());
    }
}
