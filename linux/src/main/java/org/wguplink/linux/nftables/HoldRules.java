package org.wguplink.linux.nftables;

import java.util.List;
import java.util.Optional;
import org.wguplink.core.firewall.FirewallPlan.Policed;
import org.wguplink.core.policy.Policy.Mode;

/**
 * What holds from a boot until the daemon's first plan, which replaces it: no path is known to work yet, so policies that
 * allow no other have none. Answers to connections from outside pass.
 */
final class HoldRules {
    private HoldRules() {}

    /** Whether a policy needs a path that is known to work. */
    static boolean holds(Policed policed) {
        return switch (policed.mode()) {
            case Mode.Strict(), Mode.Always(var _) -> true;
            case Mode.Never(), Mode.Failover() -> false;
        };
    }

    static String render(List<Policed> policies) {
        var text = new RulesetText();
        text.open(Ruleset.TABLE);
        PolicyRules.refusal(text);
        hold(text, "forward", "mangle", policies);
        // this machine speaks to the hosts of the LAN by its address there; what it sends elsewhere gets a mark, maybe
        // late
        hold(
                text,
                "output",
                "filter + 10",
                policies.stream()
                        .filter(policed -> policed.selector().mark().isPresent())
                        .toList());
        return text.close().toString();
    }

    private static void hold(RulesetText text, String hook, String priority, List<Policed> policies) {
        String held = "held_" + hook;
        PolicyRules.chain(
                text, policies, held, policed -> holds(policed) ? Optional.of("goto policy_refuse") : Optional.empty());
        // what is of no connection has no direction, either
        text.base("hold_" + hook, "filter", hook, priority)
                .line("ct direction reply return")
                .line("jump " + held)
                .close();
    }
}
