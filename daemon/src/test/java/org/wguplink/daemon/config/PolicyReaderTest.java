package org.wguplink.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.policy.Essential;
import org.wguplink.core.policy.Policy;
import org.wguplink.core.policy.Policy.Mode;
import org.wguplink.core.policy.Selector;

/** What the sections {@code policy} say, and what is wrong with them. */
class PolicyReaderTest extends ConfigFileFixture {
    @Test
    void policiesAreReadThoseOfMarksFirst() throws Exception {
        write("""
                config peer 'ana'

                config policy 'bank'
                	list src '10.1.3.0/24'
                	list src 'fd01:3::/64'
                	option mode 'always'
                	option peer 'ana'

                config policy 'cameras'
                	list src '192.168.7.4'
                	option mode 'never'

                config policy 'office'
                	list src '10.1.4.0/24'
                	option mode 'strict'

                config policy 'backup'
                	option mark '0x10/0xff'
                """);
        Config config = file.read();
        assertThat(config.policies())
                .containsExactly(
                        new Policy("backup", Selector.of(new FwMark(0x10, 0xff)), new Mode.Failover()),
                        new Policy("bank", sources("10.1.3.0/24", "fd01:3::/64"), new Mode.Always(new PeerId("ana"))),
                        new Policy("cameras", sources("192.168.7.4/32"), new Mode.Never()),
                        new Policy("office", sources("10.1.4.0/24"), new Mode.Strict()));
        assertThat(config.fixedExits()).containsExactly(new PeerId("ana"));
        assertThat(file.warnings())
                .containsExactly(
                        "policy 'cameras' is for IPv4 alone: what these hosts send by IPv6 goes as if there were none;"
                                + " name their subnet of that, too, or any where they have none",
                        "policy 'office' is for IPv4 alone: what these hosts send by IPv6 goes as if there were none;"
                                + " name their subnet of that, too, or any where they have none");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            src  | 10.1.3.1/24           | a subnet, ADDRESS/LENGTH
            src  | 10.1.3.0/33           | a subnet, ADDRESS/LENGTH
            src  | 0.0.0.0/0             | a subnet, ADDRESS/LENGTH
            src  | lan                   | a subnet, ADDRESS/LENGTH
            mark | 0x10                  | VALUE/MASK, no bit of it in 0x3f000000, which we set
            mark | 0x10/0x0f             | VALUE/MASK, no bit of it in 0x3f000000, which we set
            mark | 0x1000000/0xff000000  | VALUE/MASK, no bit of it in 0x3f000000, which we set
            mark | 0/0                   | VALUE/MASK, no bit of it in 0x3f000000, which we set
            mode | sometimes             | failover, always, never or strict
            peer | ana                   | no peer, or option mode 'always'
            """)
    void anErrorSaysLineOptionFoundAndExpected(String option, String found, String expected) throws Exception {
        String rest = option.equals("src") || option.equals("mark") ? "" : "\tlist src '10.1.3.0/24'\n";
        write("config peer 'ana'\nconfig policy 'x'\n\t%s %s '%s'\n%s"
                .formatted(option.equals("src") ? "list" : "option", option, found, rest));
        assertThatThrownBy(file::read)
                .isInstanceOf(ConfigException.class)
                .hasMessage("%s, line 3: policy 'x', option '%s': found '%s'; expected %s"
                        .formatted(path, option, found, expected));
    }

    @Test
    void alwaysNeedsAPeerThatWasAdded() throws Exception {
        write("config policy 'x'\n\tlist src '10.1.3.0/24'\n\toption mode 'always'\n");
        assertRefused("option 'peer': found ''; expected the peer by which it always leaves");
        write("config policy 'x'\n\tlist src '10.1.3.0/24'\n\toption mode 'always'\n\toption peer 'bob'\n");
        assertRefused("line 4: policy 'x', option 'peer': found 'bob';"
                + " expected a peer that was added (a section 'peer'; wgctl uplink add)");
    }

    @Test
    void noTwoPoliciesAreForTheSameTraffic() throws Exception {
        write("config policy 'x'\n\tlist src '10.1.0.0/16'\nconfig policy 'y'\n\tlist src '10.1.3.0/24'\n");
        assertRefused("line 4: policy 'y', option 'src': found '10.1.3.0/24';"
                + " expected nothing that policy 'x' is for (10.1.0.0/16)");
        write("config policy 'x'\n\toption mark '1/1'\nconfig policy 'y'\n\toption mark '3/3'\n");
        assertRefused("policy 'y', option 'mark'");
        write("config policy 'x'\n\toption mark '1/1'\nconfig policy 'y'\n\toption mark '2/3'\n");
        assertThat(file.read().policies()).hasSize(2);
    }

    @Test
    void aPolicyIsForNetworksOrForAMark() throws Exception {
        write("config policy 'x'\n\toption mode 'never'\n");
        assertRefused("expected a subnet, or a mark ('option mark')");
        write("config policy 'x'\n\toption mark '1/1'\n\tlist src '10.1.3.0/24'\n");
        assertRefused("expected a mark or 'list src', not both");
    }

    @Test
    void aServiceThatIsSwitchedOffHasNone() throws Exception {
        write("""
                config wireguard-uplink 'uplink'
                	option enabled '0'

                config policy 'x'
                	list src '10.1.3.0/24'
                """);
        assertThat(file.read().policies()).isEmpty();
    }

    @Test
    void anUplinkMayBeForTheEssentialOnly() throws Exception {
        write("""
                config peer 'ana'
                	option essential_only '1'
                	list allow 'tcp/443'
                	list allow 'udp/123'
                	option rate_kbit '512'

                config peer 'bob'
                	list allow 'tcp/22'
                """);
        var ports = Set.of(Essential.Port.parse("tcp/443"), Essential.Port.parse("udp/123"));
        assertThat(file.read().essentials())
                .isEqualTo(Map.of(new PeerId("ana"), new Essential(ports, Optional.of(512))));
        assertThat(file.warnings()).isEmpty();
        for (String port : new String[] {"443", "tcp/0", "sctp/7", "udp/http"}) {
            write("config peer 'ana'\n\tlist allow '%s'\n".formatted(port));
            assertRefused("option 'allow': found '%s'; expected tcp/PORT or udp/PORT, 1 to 65535".formatted(port));
        }
        write("config peer 'ana'\n\toption essential_only '1'\n");
        assertRefused("expected 'list allow' or 'option rate_kbit' with it");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(file::read).isInstanceOf(ConfigException.class).hasMessageContaining(message);
    }

    private static Selector sources(String... networks) {
        Set<InetNetwork> parsed = Stream.of(networks).map(InetNetwork::parse).collect(Collectors.toSet());
        return Selector.of(parsed);
    }
}
