package org.wguplink.linux.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Family;
import org.wguplink.linux.testing.NetNamespace;

/** A provider with its served interface, one hop from the internet, and the firewalls that people have. */
@Tag("kernel")
@Order(1)
class ForwardingCheckKernelTest {
    private static ServedLine line;
    private static NetNamespace provider;
    private static NetNamespace internet;

    @BeforeAll
    static void setUp() throws Exception {
        line = ServedLine.build();
        provider = line.provider();
        internet = line.internet();
    }

    @AfterAll
    static void tearDown() throws Exception {
        if (line != null) line.close();
    }

    @Test
    void bothFamiliesGetThroughWhereNothingBlocksThem() {
        assertThat(line.check()).isEmpty();
    }

    /** The interface of the test takes in what comes back, and this node forwards: it would come round 64 times. */
    @Test
    void whatHasComeBackIsForwardedNoFurther() {
        provider.run(
                "nft",
                "table inet count { chain through { type filter hook forward priority 100; oifname \"%s\" counter; }; }"
                        .formatted(line.device()));
        try {
            assertThat(line.check()).isEmpty();
            String counted = provider.run("nft", "list", "table", "inet", "count");
            int packets = Integer.parseInt(counted.replaceAll("(?s).*packets (\\d+) .*", "$1"));
            // a target a family answers once, perhaps to an echo and to a connection, and perhaps late
            assertThat(packets).isBetween(2, 16);
        } finally {
            provider.output("nft", "delete table inet count");
        }
    }

    @Test
    void theTableChainAndPolicyOfAnOpenWrtFirewallAreNamed() {
        Map<Family, String> blocked = checkWith("""
                table inet fw4 {
                    chain forward {
                        type filter hook forward priority filter; policy drop;
                        ct state established,related accept
                        iifname "br-lan" jump forward_lan
                    }
                    chain forward_lan { oifname "wan" accept
                    }
                }
                """);
        assertThat(blocked.keySet()).containsExactlyInAnyOrder(Family.IPV4, Family.IPV6);
        assertThat(blocked.get(Family.IPV4)).contains("table inet fw4", "chain forward (policy drop)", "zone");
    }

    /** Every forwarded echo passes ufw, and no connection. */
    @Test
    void aFirewallThatLetsEchoesPassIsFoundByItsConnections() {
        Map<Family, String> blocked = checkWith("""
                table ip filter {
                    chain FORWARD {
                        type filter hook forward priority filter; policy drop;
                        jump ufw-before-forward
                    }
                    chain ufw-before-forward {
                        ct state established,related accept
                        icmp type echo-request accept
                    }
                }
                """);
        assertThat(blocked.keySet()).containsExactly(Family.IPV4);
        assertThat(blocked.get(Family.IPV4))
                .contains("table ip filter", "chain FORWARD (policy drop)", "ufw route allow in on");
    }

    /** A reset seems to come from the server: OpenWrt's and ufw's default for what is not allowed. */
    @Test
    void aFilterThatAnswersInTheServersNameIsFound() {
        Map<Family, String> blocked = checkWith("""
                table inet fw4 {
                    chain forward {
                        type filter hook forward priority filter; policy drop;
                        ct state established,related accept
                        jump handle_reject
                    }
                    chain handle_reject { meta l4proto tcp reject with tcp reset
                        reject with icmpx port-unreachable
                    }
                }
                """);
        assertThat(blocked.keySet()).containsExactlyInAnyOrder(Family.IPV4, Family.IPV6);
        assertThat(blocked.get(Family.IPV4)).contains("table inet fw4", "chain handle_reject", "zone");
    }

    @Test
    void aServerThatRefusesIsNoFilter() {
        internet.run(
                "nft",
                "table inet refusing { chain in { type filter hook input priority 0;"
                        + " tcp dport 443 reject with tcp reset; }; }");
        try {
            assertThat(line.check()).isEmpty();
        } finally {
            internet.run("nft", "delete table inet refusing");
        }
    }

    @Test
    void aRuleThatRefusesIsQuoted() {
        Map<Family, String> blocked = checkWith("""
                table inet mine {
                    chain through {
                        type filter hook forward priority filter + 5; policy accept;
                        oifname "wan" meta l4proto tcp counter packets 0 bytes 0 reject with icmpx admin-prohibited
                    }
                }
                """);
        assertThat(blocked.get(Family.IPV6))
                .contains("table inet mine", "chain through", "rule 'oifname \"wan\"", "reject with icmpx");
    }

    /** The answer is what is dropped here. */
    @Test
    void aFilterOfTheRepliesIsFoundToo() {
        Map<Family, String> blocked = checkWith("""
                table inet mine {
                    chain through {
                        type filter hook forward priority filter; policy drop;
                        oifname "wan" accept
                    }
                }
                """);
        assertThat(blocked.get(Family.IPV4)).contains("table inet mine", "chain through (policy drop)");
    }

    @Test
    void hostsThatAnswerEchoesAndNoConnectionAreNoSignOfAFilter() {
        internet.run("nft", "table inet mute { chain in { type filter hook input priority 0; tcp dport 443 drop; }; }");
        try {
            assertThat(line.check()).isEmpty();
        } finally {
            internet.run("nft", "delete table inet mute");
        }
    }

    @Test
    void whatNoRuleDropsIsSaidToBeOutside() {
        internet.run(
                "nft",
                "table inet mute { chain in { type filter hook input priority 0; meta l4proto tcp drop;"
                        + " icmp type echo-request drop; icmpv6 type echo-request drop; }; }");
        try {
            assertThat(line.check().get(Family.IPV4)).contains("packets leave by wan and no answer comes back");
        } finally {
            internet.run("nft", "delete table inet mute");
        }
    }

    @Test
    void anInterfaceThatDoesNotAnswerIsNamed() {
        Map<Family, String> blocked =
                checkWith("table inet mine { chain in { type filter hook input priority 0; udp dport 51997 drop; }; }");
        assertThat(blocked.get(Family.IPV4)).contains(line.device(), "UDP port 51997");
    }

    private Map<Family, String> checkWith(String rules) {
        provider.run("nft", rules);
        try {
            return line.check();
        } finally {
            for (String table : List.of("inet fw4", "inet mine", "ip filter"))
                provider.output("nft", "delete table " + table);
        }
    }
}
