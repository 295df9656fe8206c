package org.wguplink.linux.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.wguplink.core.firewall.FirewallException;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.net.Family;
import org.wguplink.linux.testing.NetNamespace;

/** The oracle is nft(8). */
@Tag("kernel")
@Isolated("the changes of the whole process are counted")
class NftablesKernelTest {
    private NetNamespace here;
    private Nftables nftables;

    @BeforeEach
    void setUp() {
        here = NetNamespace.create();
        nftables = here.in(Nftables::new);
    }

    @AfterEach
    void tearDown() {
        if (nftables != null) nftables.close();
        if (here != null) here.close();
    }

    @Test
    void theKernelTakesEveryPlan() throws Exception {
        for (FirewallPlan plan : List.of(
                new FirewallPlan(List.of(), Optional.empty()),
                Plans.CONSUMER,
                Plans.PROVIDER,
                Plans.CLOSED,
                Plans.POLICIES,
                Plans.BALANCED,
                new FirewallPlan(
                        List.of(),
                        Optional.of(new FirewallPlan.Served("wgu-srv", Set.of(), Set.of(), Set.of(), true))))) {
            nftables.apply(plan);
            assertThat(here.run("nft", "list", "ruleset")).startsWith("table inet wguplink {");
        }
    }

    @Test
    void theSamePlanTwiceIsOneTransaction() throws Exception {
        nftables.apply(Plans.CONSUMER);
        String first = here.run("nft", "-a", "list", "ruleset");
        nftables.apply(Plans.CONSUMER);
        // handles are counted up by every transaction that makes the table anew
        assertThat(here.run("nft", "-a", "list", "ruleset")).isEqualTo(first);
    }

    @Test
    void aLaterRunLeavesTheVeryPlanAsItIs() throws Exception {
        nftables.apply(Plans.PROVIDER);
        String first = here.run("nft", "-a", "list", "ruleset");
        try (Nftables later = here.in(Nftables::new)) {
            later.apply(Plans.PROVIDER);
            assertThat(here.run("nft", "-a", "list", "ruleset")).isEqualTo(first);
            later.apply(Plans.CONSUMER);
            later.apply(Plans.PROVIDER);
            assertThat(here.run("nft", "list", "ruleset")).isEqualTo(first.replaceAll(" # handle [0-9]+", ""));
        }
    }

    @Test
    void whatOthersChangeIsToldFromWhatWeChange() throws Exception {
        try (FilterGeneration generation = here.in(FilterGeneration::new)) {
            int before = generation.ofOthers();
            nftables.apply(Plans.CONSUMER);
            nftables.apply(Plans.PROVIDER);
            nftables.moved(Set.of("wan"), Duration.ofSeconds(2));
            nftables.remove();
            assertThat(generation.ofOthers()).isEqualTo(before);
            here.run("nft", "add", "table", "inet", "mine");
            assertThat(generation.ofOthers()).isNotEqualTo(before);
        }
    }

    @Test
    void aPlanWhoseRulesWereFlushedIsMadeAgainAlthoughItsStampIsThere() throws Exception {
        nftables.apply(Plans.CONSUMER);
        String first = here.run("nft", "list", "ruleset");
        here.run("nft", "flush", "table", "inet", "wguplink");
        nftables.forget();
        nftables.apply(Plans.CONSUMER);
        assertThat(here.run("nft", "list", "ruleset")).isEqualTo(first);
    }

    @Test
    void flowsThatHaveMovedAreRememberedForTheirTimeWhateverIsApplied() throws Exception {
        nftables.apply(Plans.CONSUMER);
        String before = here.run("nft", "-a", "list", "ruleset");
        nftables.moved(Set.of("wan"), Duration.ofSeconds(2));
        nftables.moved(Set.of("wan"), Duration.ofMinutes(1));
        assertThat(here.run("nft", "-a", "list", "ruleset").replaceAll("(?m)^.*elements = .* expires .*\\n", ""))
                .isEqualTo(before);
        nftables.apply(Plans.PROVIDER);
        assertThat(here.run("nft", "list", "set", "inet", "wguplink", "moved"))
                .containsPattern("\"wan\" .*expires 5[0-9]s");
        nftables.moved(Set.of("wan"), Duration.ofSeconds(1));
        Thread.sleep(1500);
        assertThat(here.run("nft", "list", "set", "inet", "wguplink", "moved")).doesNotContain("elements");
    }

    @Test
    void queriesAreLedByTheUplinkThatIsNamedWhateverIsApplied() throws Exception {
        nftables.apply(Plans.CONSUMER);
        String direct = here.run("nft", "-a", "list", "ruleset");
        nftables.resolveBy(Map.of(Family.IPV4, 2, Family.IPV6, 2));
        String led = here.run("nft", "-a", "list", "ruleset");
        assertThat(led).contains("ipv4 : jump q2", "ipv6 : jump q2", "ipv4 : jump z2", "ipv6 : jump z2");
        try (Nftables later = here.in(Nftables::new)) {
            later.apply(Plans.CONSUMER);
            later.resolveBy(Map.of(Family.IPV4, 2, Family.IPV6, 2));
            assertThat(here.run("nft", "-a", "list", "ruleset"))
                    .as("of a later run")
                    .isEqualTo(led);
        }
        nftables.resolveBy(Map.of(Family.IPV4, 3, Family.IPV6, 3));
        assertThat(here.run("nft", "list", "ruleset"))
                .contains("jump q3", "jump z3")
                .doesNotContain("jump q2", "jump z2");
        nftables.resolveBy(Map.of(Family.IPV4, 3));
        assertThat(here.run("nft", "list", "ruleset"))
                .contains("ipv4 : jump q3", "ipv4 : jump z3")
                .doesNotContain("ipv6 : jump");
        nftables.apply(Plans.PROVIDER);
        assertThat(here.run("nft", "list", "ruleset")).doesNotContain("jump q3");
        nftables.apply(Plans.CONSUMER);
        assertThat(here.run("nft", "list", "ruleset")).contains("jump q3");
        nftables.resolveBy(Map.of());
        assertThat(here.run("nft", "-a", "list", "ruleset").replaceAll(" # handle [0-9]+", ""))
                .isEqualTo(direct.replaceAll(" # handle [0-9]+", ""));
    }

    @Test
    void newFlowsAreSharedWhateverIsAppliedAndBeginAnewWithEveryChange() throws Exception {
        nftables.apply(Plans.BALANCED);
        String unshared = here.run("nft", "list", "ruleset");
        assertThat(unshared).doesNotContain("jhash");
        nftables.shareBy(Plans.SHARES);
        String shared = here.run("nft", "list", "ruleset");
        assertThat(shared)
                .contains("jhash ip saddr . ip daddr mod 15 ", "0-2 : goto b1, 3 : goto b2, 14 : goto b3")
                .contains("jhash ip saddr . ip daddr mod 5 ", "0-2 : goto b1, 3 : goto b2, 4 : goto b3")
                .contains("jhash ip6 saddr . ip6 daddr mod 4 ");
        nftables.apply(Plans.CONSUMER);
        assertThat(here.run("nft", "list", "ruleset")).doesNotContain("balance", "jhash");
        nftables.apply(Plans.BALANCED);
        assertThat(here.run("nft", "list", "ruleset")).isEqualTo(shared);
        try (Nftables later = here.in(Nftables::new)) {
            later.apply(Plans.BALANCED);
            assertThat(here.run("nft", "list", "ruleset")).as("of a later run").isEqualTo(shared);
            later.shareBy(Map.of());
            assertThat(here.run("nft", "list", "ruleset")).isEqualTo(unshared);
        }
        nftables.shareBy(Map.of(Family.IPV6, Plans.SHARES.get(Family.IPV6)));
        assertThat(here.run("nft", "list", "ruleset")).contains("jhash ip6").doesNotContain("jhash ip saddr");
    }

    @Test
    void leavesOtherTablesAloneAndRemovesItsOwn() throws Exception {
        here.run("nft", "add", "table", "inet", "theirs");
        nftables.remove();
        nftables.apply(Plans.PROVIDER);
        nftables.remove();
        nftables.remove();
        assertThat(here.run("nft", "list", "tables").strip()).isEqualTo("table inet theirs");
    }

    @Test
    void aRefusedPlanChangesNothing() throws Exception {
        nftables.apply(Plans.CONSUMER);
        String before = here.run("nft", "-a", "list", "ruleset");
        var twice = new FirewallPlan(
                List.of(
                        Plans.CONSUMER.paths().getFirst(),
                        Plans.CONSUMER.paths().getFirst()),
                Optional.empty());
        assertThatThrownBy(() -> nftables.apply(twice)).hasMessage("two paths have the number 1");
        var quoted = new FirewallPlan(List.of(new FirewallPlan.Path(1, "a\"b", false, Set.of())), Optional.empty());
        assertThatThrownBy(() -> nftables.apply(quoted))
                .isInstanceOf(FirewallException.class)
                .hasMessageContaining("'a\"b'");
        assertThat(here.run("nft", "-a", "list", "ruleset")).isEqualTo(before);
    }
}
