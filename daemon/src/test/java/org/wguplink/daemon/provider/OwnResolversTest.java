package org.wguplink.daemon.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wguplink.core.lease.Resolvers;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.network.MainRoute;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.daemon.config.NodeFiles;
import org.wguplink.daemon.loop.RunningLoop;

class OwnResolversTest {
    @TempDir
    Path root;

    @Test
    void aPlainFileCountsAlone() throws Exception {
        write("etc/resolv.conf", """
                # by dhclient
                domain home
                nameserver 192.168.1.1
                nameserver\t2001:db8::53   ; the other
                options timeout:1
                """);
        write("run/systemd/resolve/resolv.conf", "nameserver 9.9.9.9\n");
        assertThat(read()).containsExactly("192.168.1.1", "2001:db8::53");
    }

    @Test
    void behindAStubIsWhatTheStubAsks() throws Exception {
        write("etc/resolv.conf", "nameserver 127.0.0.53\noptions edns0 trust-ad\n");
        assertThat(read()).isEmpty();
        write("run/systemd/resolve/resolv.conf", "nameserver 100.64.0.1\n");
        assertThat(read()).containsExactly("100.64.0.1");
    }

    @Test
    void onOpenWrtItIsWhatDnsmasqAsks() throws Exception {
        write("etc/resolv.conf", "search lan\nnameserver 127.0.0.1\nnameserver ::1\n");
        write("tmp/resolv.conf.d/resolv.conf.auto", "# Interface wan\nnameserver 203.0.113.7\nsearch isp.example\n");
        assertThat(read()).containsExactly("203.0.113.7");
    }

    @Test
    void whatIsNoAddressOfAnotherMachineIsLeftOut() throws Exception {
        write("etc/resolv.conf", "nameserver\nnameserver fe80::1%wan\nnameserver 0.0.0.0\nnameserver dns.example\n");
        assertThat(read()).isEmpty();
        Files.createDirectories(root.resolve("run/systemd/resolve/resolv.conf"));
        assertThat(read()).as("a directory").isEmpty();
    }

    /** The first line is dead beyond its gateway, so its route is there. */
    @Test
    void byTheSecondLinePublicOnesAreAsked() throws Exception {
        write("etc/resolv.conf", "nameserver 100.64.0.1\n");
        try (var loop = new RunningLoop()) {
            var resolvers = new OwnResolvers(loop.loop(), new NodeFiles(root).resolvers(), () -> {});
            Set<InetAddress> own = Set.of(Addresses.parse("100.64.0.1"));
            assertThat(resolvers.behind(lines("wan", "wan2"), Optional.of("wan"), List.of()))
                    .isEqualTo(own);
            assertThat(resolvers.behind(lines("wan", "wan2"), Optional.of("wan2"), List.of()))
                    .isEqualTo(Resolvers.PUBLIC);
            assertThat(resolvers.behind(lines("wan2"), Optional.of("wan2"), List.of()))
                    .as("the first line's route is gone")
                    .isEqualTo(Resolvers.PUBLIC);
            assertThat(resolvers.behind(lines("wan", "wan2"), Optional.of("wan"), List.of()))
                    .as("the first line is back")
                    .isEqualTo(own);
        }
    }

    @Test
    void whomTheUserNamesIsAskedByAnyLine() throws Exception {
        List<InetAddress> stated = List.of(Addresses.parse("1.1.1.1"));
        try (var loop = new RunningLoop()) {
            var resolvers = new OwnResolvers(loop.loop(), new NodeFiles(root).resolvers(), () -> {});
            for (String lent : List.of("wan", "wan2"))
                assertThat(resolvers.behind(lines("wan", "wan2"), Optional.of(lent), stated))
                        .isEqualTo(Set.copyOf(stated));
        }
    }

    /** Each with a default route, the first one's comes first. */
    private static Reach lines(String... devices) {
        var routes = new ArrayList<MainRoute>();
        for (String device : devices)
            routes.add(new MainRoute(InetNetwork.parse("0.0.0.0/0"), device, Optional.empty(), routes.size()));
        return new Reach(new NetworkSnapshot(Map.of(), List.of(), routes), Set.of("wan", "wan2"), Optional.empty());
    }

    private List<String> read() {
        return OwnResolvers.read(new NodeFiles(root).resolvers()).stream()
                .map(a -> a.equals(Addresses.parse("2001:db8::53")) ? "2001:db8::53" : a.getHostAddress())
                .toList();
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text);
    }
}
