package org.wguplink.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.core.failover.Failover;
import org.wguplink.core.failover.FailoverEvent;
import org.wguplink.core.failover.FamilyStates;
import org.wguplink.core.health.Verdict;
import org.wguplink.core.net.Family;
import org.wguplink.core.path.PathId;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.ConfigFile;

/** Marked traffic follows the failover, that of some hosts never leaves by a peer. */
class PoliciesTest {
    private static final PathId WAN = new PathId.OwnWan("wan");
    private static final PathId ANA = new PathId.Uplink(new PeerId("ana"));
    private static final Set<Family> IPV6 = Set.of(Family.IPV6);

    private final MonoTime now = new MonoTime(0);
    private FamilyStates states = FamilyStates.start(true, now);

    @TempDir
    Path temp;

    @Test
    void eachFamilyOfAPolicyGoesByItsOwnState() throws Exception {
        take(Family.BOTH, new FailoverEvent.Preferred(List.of(WAN, ANA)));
        for (PathId path : List.of(WAN, ANA)) judge(Family.BOTH, path, Verdict.UP);
        assertThat(routes()).containsExactly("IPV4 mark 1", "IPV6 mark 1", "IPV4 hosts 1", "IPV6 hosts 1");
        judge(IPV6, WAN, Verdict.DOWN);
        assertThat(routes()).containsExactly("IPV4 mark 1", "IPV6 mark 2", "IPV4 hosts 1", "IPV6 hosts refused");
        judge(IPV6, ANA, Verdict.DOWN);
        assertThat(routes()).containsExactly("IPV4 mark 1", "IPV6 mark refused", "IPV4 hosts 1", "IPV6 hosts refused");
        for (PathId path : List.of(WAN, ANA)) judge(Set.of(Family.IPV4), path, Verdict.DOWN);
        assertThat(routes()).as("offline").contains("IPV4 mark 1", "IPV6 mark 1");
    }

    private List<String> routes() throws Exception {
        Path file = temp.resolve("wireguard-uplink");
        Files.writeString(file, """
                config policy 'marked'
                	option mark '0x10/0xff'

                config policy 'cameras'
                	list src '10.1.3.0/24'
                	list src 'fd01:3::/64'
                	option mode 'never'
                """);
        Config config = new ConfigFile(file).read();
        var policies = new Policies(() -> config, peer -> Optional.empty());
        return policies.routes(states, path -> Optional.of(path.equals(WAN) ? 1 : 2)).stream()
                .map(r -> "%s %s %s"
                        .formatted(
                                r.family(),
                                r.selector().mark().isPresent() ? "mark" : "hosts",
                                r.path().map(String::valueOf).orElse("refused")))
                .toList();
    }

    private void judge(Set<Family> families, PathId path, Verdict verdict) {
        take(families, new FailoverEvent.Judged(path, verdict, "so it is"));
    }

    private void take(Set<Family> families, FailoverEvent event) {
        states = states.step(families, event, now, Failover::step).states();
    }
}
