package org.wguplink.lab.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wguplink.lab.net.LabNode;

/**
 * A resolver of people's routers, on a node: it forwards to the resolver of the ISP, and caches nothing. A package that is
 * unpacked below {@code dist/packages} serves where it is not installed.
 */
final class Forwarder implements AutoCloseable {
    /** What the stub of systemd-resolved listens on. */
    static final String STUB = "127.0.0.53";

    /** A /run and a user of its own; what systemd-networkd would say of the WAN. */
    private static final String RESOLVED = """
            set -e
            mount -t tmpfs tmpfs /run
            mkdir -p /run/systemd/netif/links /run/systemd/resolved.conf.d
            for file in passwd group; do cp /etc/$file /run/$file; done
            echo 'systemd-resolve:x:899:899::/:/bin/false' >> /run/passwd
            echo 'systemd-resolve:x:899:' >> /run/group
            for file in passwd group; do mount --bind /run/$file /etc/$file; done
            printf '[Resolve]\\nCache=no\\nLLMNR=no\\nMulticastDNS=no\\n' > /run/systemd/resolved.conf.d/lab.conf
            link=/run/systemd/netif/links/$(ip -o link show wan | cut -d: -f1)
            printf 'ADMIN_STATE=configured\\nOPER_STATE=routable\\nNETWORK_FILE=/wan\\nDNS=%s\\nROUTE_DOMAINS=.\\n' "$2" > "$link"
            echo OPER_STATE=routable > /run/systemd/netif/state
            exec "$1"
            """;

    private final Process process;

    private Forwarder(Process process) {
        this.process = process;
    }

    /** dnsmasq(8) as the forwarder of a LAN, at the node's address there; it asks whom the node's resolv.conf names. */
    static Optional<Forwarder> dnsmasq(LabNode node) throws IOException {
        Optional<Path> program = program("usr/sbin/dnsmasq");
        if (program.isEmpty()) return missing("dnsmasq");
        String options = "--keep-in-foreground --conf-file=/dev/null --no-hosts --cache-size=0 --user=root --pid-file= "
                + "--bind-interfaces --except-interface=lo --listen-address="
                + node.site().lan4();
        return start(node, program.get(), options.split(" "));
    }

    /** dnsmasq(8) as the sender of router advertisements in the node's LAN, with the lifetimes that are usual there. */
    static Optional<Forwarder> advertising(LabNode node) throws IOException {
        Optional<Path> program = program("usr/sbin/dnsmasq");
        if (program.isEmpty()) return missing("dnsmasq");
        String options = "--keep-in-foreground --conf-file=/dev/null --no-hosts --port=0 --user=root --pid-file= "
                + "--interface=lan --enable-ra --dhcp-range=::,constructor:lan,ra-only,64 --ra-param=lan,4,12";
        return start(node, program.get(), options.split(" "));
    }

    /**
     * systemd-resolved(8), without D-Bus: it knows the resolver as one of the WAN's link, and asks by that link
     * (IP_UNICAST_IF) from its address, whatever the routes say.
     */
    static Optional<Forwarder> resolved(LabNode node, String resolver) throws IOException {
        Optional<Path> program =
                program("usr/lib/systemd/systemd-resolved").or(() -> program("lib/systemd/systemd-resolved"));
        // unpacked, it may lack the libraries of systemd
        if (program.isEmpty() || node.run(program.get().toString(), "--version").exit() != 0)
            return missing("systemd-resolved");
        return start(
                node,
                Path.of("/bin/bash"),
                "-c",
                RESOLVED,
                "resolved",
                program.get().toString(),
                resolver);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static Optional<Path> program(String file) {
        return Stream.of(
                        Path.of("/"),
                        Path.of(System.getProperty("wguplink.image", "/")).resolveSibling("packages"))
                .map(root -> root.resolve(file))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<Forwarder> missing(String name) {
        System.err.println("not tested, since it is not installed: " + name);
        return Optional.empty();
    }

    private static Optional<Forwarder> start(LabNode node, Path program, String... options) throws IOException {
        var args = new ArrayList<>(List.of("nsenter", "--mount", "--net", "-t", Long.toString(node.holderPid())));
        args.addAll(List.of("unshare", "--mount", program.toString()));
        args.addAll(List.of(options));
        return Optional.of(new Forwarder(new ProcessBuilder(args)
                .redirectErrorStream(true)
                .redirectOutput(node.root().resolve("forwarder.log").toFile())
                .start()));
    }
}
