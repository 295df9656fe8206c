package org.wguplink.linux.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wguplink.core.firewall.FirewallPlan;

/** Golden files in src/test/resources/nftables; {@code -Dgolden=update} writes them anew, for a reader to judge. */
class RulesetTest {
    @ParameterizedTest
    @ValueSource(strings = {"consumer", "provider", "closed", "policies", "balanced"})
    void rendersTheGoldenFile(String name) throws IOException {
        FirewallPlan plan = switch (name) {
            case "consumer" -> Plans.CONSUMER;
            case "policies" -> Plans.POLICIES;
            case "balanced" -> Plans.BALANCED;
            case "provider" -> Plans.PROVIDER;
            default -> Plans.CLOSED;
        };
        assertGolden(name, Ruleset.render(plan) + BalanceRules.shared(plan, Plans.SHARES));
    }

    @Test
    void whatABootHoldsBackRendersItsGoldenFile() throws IOException {
        assertGolden("held", HoldRules.render(Plans.POLICIES.policies()));
    }

    private static void assertGolden(String name, String text) throws IOException {
        Path golden = Path.of("src/test/resources/nftables", name + ".nft");
        if ("update".equals(System.getProperty("golden"))) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
    }
}
