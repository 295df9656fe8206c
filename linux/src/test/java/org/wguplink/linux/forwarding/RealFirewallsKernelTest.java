package org.wguplink.linux.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.core.net.Family;
import org.wguplink.linux.testing.NetNamespace;

/** The firewalls themselves, not rules that look like theirs: each is named, and what is then advised opens it. */
@Tag("kernel")
@Order(1)
class RealFirewallsKernelTest {
    private static ServedLine line;
    private static NetNamespace provider;

    @TempDir
    Path temp;

    @BeforeAll
    static void setUp() throws Exception {
        for (String program : List.of("ufw", "iptables", "iptables-legacy"))
            assumeTrue(Files.isExecutable(Path.of("/usr/sbin", program)), "needs " + program);
        line = ServedLine.build();
        provider = line.provider();
    }

    @AfterAll
    static void tearDown() throws Exception {
        if (line != null) line.close();
    }

    @Test
    void ufwDropsWhatIsForwardedUntilItsRouteIsAllowed() {
        ufw("default", "deny", "routed");
        ufw("--force", "enable");
        try {
            Map<Family, String> dropped = line.check();
            assertThat(dropped.keySet()).containsExactlyInAnyOrder(Family.IPV4, Family.IPV6);
            assertThat(dropped.get(Family.IPV4))
                    .startsWith("IPv4 forwarding is blocked by table ip filter, chain FORWARD (policy drop): ufw ");
            assertThat(dropped.get(Family.IPV6))
                    .startsWith("IPv6 forwarding is blocked by table ip6 filter, chain FORWARD (policy drop): ufw ");
            String advice = advice(dropped, Family.IPV4);
            assertThat(advice).startsWith("ufw route allow ").isEqualTo(advice(dropped, Family.IPV6));
            ufw(advice.replaceFirst("^ufw ", "").split(" "));
            assertThat(line.check()).isEmpty();
        } finally {
            removeFilters();
        }
    }

    /** As dockerd makes them (docs.docker.com, "Docker with iptables"). */
    @Test
    void theChainsOfDockerAreOpenedInTheOneThatItLeavesToOthers() {
        for (String command : new String[] {"iptables", "ip6tables"}) {
            for (String chain : new String[] {"DOCKER-USER", "DOCKER-FORWARD", "DOCKER"})
                provider.run(command, "-N", chain);
            provider.run(command, "-P", "FORWARD", "DROP");
            provider.run(command, "-A", "FORWARD", "-j", "DOCKER-USER");
            provider.run(command, "-A", "FORWARD", "-j", "DOCKER-FORWARD");
            provider.run(command, "-A", "DOCKER-FORWARD", "-o", "docker0", "-j", "DOCKER");
            provider.run(command, "-A", "DOCKER-FORWARD", "-i", "docker0", "-j", "ACCEPT");
        }
        try {
            Map<Family, String> blocked = line.check();
            assertThat(blocked.get(Family.IPV4))
                    .contains("table ip filter, chain FORWARD (policy drop): iptables -I DOCKER-USER ");
            assertThat(blocked.get(Family.IPV6))
                    .contains("table ip6 filter, chain FORWARD (policy drop): ip6tables -I DOCKER-USER ");
            followed(blocked);
        } finally {
            removeFilters();
        }
    }

    @Test
    void aRuleOfIptablesIsNamedInTheWordsOfNftables() {
        provider.run("iptables", "-A", "FORWARD", "-o", "wan", "-p", "tcp", "-j", "REJECT");
        try {
            Map<Family, String> blocked = line.check();
            assertThat(blocked.keySet()).containsExactly(Family.IPV4);
            assertThat(blocked.get(Family.IPV4))
                    .contains(
                            "table ip filter, chain FORWARD (rule 'oifname \"wan\"",
                            "reject",
                            "'): iptables -I FORWARD ");
            followed(blocked);
        } finally {
            removeFilters();
        }
    }

    /** The kernel keeps it apart from nftables, and does not say what it drops. */
    @Test
    void legacyIptablesIsSaidToBeThereWithHowToLookAtIt() {
        assumeTrue(
                provider.output("sh", "-c", "iptables-legacy -S >&2 && ip6tables-legacy -S >&2 && echo yes")
                        .contains("yes"),
                "needs a kernel with legacy iptables (CONFIG_IP_NF_IPTABLES_LEGACY)");
        provider.run("iptables-legacy", "-P", "FORWARD", "DROP");
        try {
            Map<Family, String> blocked = line.check();
            assertThat(blocked.keySet()).containsExactly(Family.IPV4);
            assertThat(blocked.get(Family.IPV4))
                    .contains(
                            "no rule of nftables drops them", "filter: look with iptables-legacy-save -c, allow with ");
            provider.run("sh", "-ec", text(blocked, Family.IPV4).replaceAll(".* allow with (.*)\\)", "$1"));
            assertThat(line.check()).isEmpty();
        } finally {
            provider.run("iptables-legacy", "-P", "FORWARD", "ACCEPT");
            provider.run("iptables-legacy", "-F");
        }
    }

    private static void followed(Map<Family, String> blocked) {
        for (Family family : blocked.keySet()) provider.run("sh", "-ec", advice(blocked, family));
        assertThat(line.check()).isEmpty();
    }

    /** The command line that the message ends in. */
    private static String advice(Map<Family, String> blocked, Family family) {
        String message = text(blocked, family);
        return message.substring(message.lastIndexOf("): ") + 3);
    }

    private static String text(Map<Family, String> blocked, Family family) {
        return Objects.requireNonNull(blocked.get(family));
    }

    private static void removeFilters() {
        provider.output("nft", "delete table ip filter");
        provider.output("nft", "delete table ip6 filter");
    }

    /** On a configuration of its own, as the package brings it: mounted over the machine's, which is not touched. */
    private void ufw(String... args) {
        var command = new ArrayList<String>(List.of("unshare", "--mount", "sh", "-ec", """
                if [ ! -d "$0/etc" ]; then
                    cp -a /etc/ufw "$0/etc"
                    cp /usr/share/ufw/ufw.conf /usr/share/ufw/iptables/*.rules "$0/etc"
                    cp -a /etc/default/ufw "$0/default"
                    mkdir "$0/run"
                fi
                mount --bind "$0/etc" /etc/ufw
                mount --bind "$0/default" /etc/default/ufw
                mount --bind "$0/run" /run
                ufw "$@"
                """, temp.toString()));
        command.addAll(List.of(args));
        provider.run(command.toArray(String[]::new));
    }
}
