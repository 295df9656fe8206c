package org.wguplink.linux.nftables;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.firewall.FirewallPlan.Path;
import org.wguplink.core.firewall.FirewallPlan.Policed;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.policy.Policy.Mode;
import org.wguplink.core.policy.Selector;

/**
 * What routes cannot do of the user's policies ({@link org.wguplink.core.policy}): flows of a fixed exit have a mark of their
 * own, so that they outlive a tunnel that is dead for a while; flows that began elsewhere before the policy was there are
 * refused instead of carried on; queries for names go the way of the host that asks; and what no route is for is refused
 * by a TCP reset, since the kernel limits its ICMP messages. The first policy counts that matches.
 */
final class PolicyRules {
    private PolicyRules() {}

    /** For {@code postrouting}, before a flow gets the mark of the device by which it leaves. */
    static void pinned(RulesetText text, FirewallPlan plan) {
        if (!plan.policies().isEmpty())
            text.line("ct direction original ct mark & %s == 0 jump policy_pins".formatted(Ruleset.MASK));
    }

    /** The chains, before those that jump to them. */
    static void render(RulesetText text, FirewallPlan plan) {
        if (plan.policies().isEmpty()) return;
        refusal(text);
        chain(
                text,
                plan.policies(),
                "policy_pins",
                policed -> device(plan, policed)
                        .map(device -> "oifname %s goto m%d"
                                .formatted(device, policed.fixed().orElseThrow())));
        chain(text, plan.policies(), "policy_guard", policed -> switch (policed.mode()) {
            case Mode.Never() -> Optional.of("oifname @uplinks goto policy_refuse");
            case Mode.Always(var peer) ->
                Optional.of(device(plan, policed)
                                .map(device -> "oifname != %s ".formatted(device))
                                .orElse("") + "oifname @paths goto policy_refuse");
            case Mode.Strict(), Mode.Failover() -> Optional.empty();
        });
        chain(
                text,
                plan.policies(),
                "policy_routed",
                policed -> policed.mode() instanceof Mode.Failover
                        ? Optional.empty()
                        : Optional.of(Ruleset.NO_ROUTE + " goto policy_refuse"));
        text.base("policies_forward", "filter", "forward", "mangle - 5")
                .line("ct direction original jump policy_guard")
                .close();
        text.base("policies_prerouting", "filter", "prerouting", "mangle + 5")
                .line("ct state new,invalid jump policy_routed")
                .close();
    }

    /** The chain {@code policy_refuse}. */
    static void refusal(RulesetText text) {
        text.open("chain policy_refuse").refuse().close();
    }

    private static Optional<String> device(FirewallPlan plan, Policed policed) {
        return policed.fixed()
                .flatMap(number -> plan.paths().stream()
                        .filter(path -> path.number() == number)
                        .findFirst())
                .map(Path::device)
                .map(RulesetText::device);
    }

    /** A chain that does one thing for the first policy that matches, and nothing for the rest. */
    static void chain(RulesetText text, List<Policed> policies, String name, Function<Policed, Optional<String>> what) {
        text.open("chain " + name);
        for (Policed policed : policies)
            for (String selector : selectors(policed.selector())) {
                what.apply(policed).ifPresent(then -> text.line(selector + " " + then));
                text.line(selector + " return");
            }
        text.close();
    }

    /** One for each kind of address, or for a mark. */
    static List<String> selectors(Selector selector) {
        var selectors = new ArrayList<String>();
        selector.mark()
                .ifPresent(mark -> selectors.add(
                        "meta mark & %s == %s".formatted(Ruleset.hex(mark.mask()), Ruleset.hex(mark.value()))));
        for (Family family : Family.values()) {
            String networks = selector.sources().stream()
                    .filter(network -> network.family() == family)
                    .map(InetNetwork::toString)
                    .sorted()
                    .collect(Collectors.joining(", "));
            if (!networks.isEmpty()) selectors.add("%s saddr { %s }".formatted(RulesetText.family(family), networks));
        }
        return selectors;
    }

    /**
     * For a chain that leads queries by the uplink in use: a fixed exit leads its own by itself, and those who never use an
     * uplink ask whom they like.
     *
     * @param policies of the plan, those that may be of these queries
     * @param leaves which queries there are to lead
     * @param verdict by the number of a path
     */
    static void queries(
            RulesetText text, FirewallPlan plan, List<Policed> policies, String leaves, IntFunction<String> verdict) {
        for (Policed policed : policies) {
            if (policed.mode() instanceof Mode.Strict || policed.mode() instanceof Mode.Failover) continue;
            for (String selector : selectors(policed.selector())) {
                if (device(plan, policed).isPresent())
                    text.line(selector + " " + leaves
                            + verdict.apply(policed.fixed().orElseThrow()));
                text.line(selector + " return");
            }
        }
    }
}
