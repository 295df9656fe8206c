package org.wguplink.lab.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts the mesh of a lab on another underlay than the separate link, after its nodes were configured. */
public final class MeshOver {
    /** UDP port of the WireGuard network that the user made. */
    public static final int WG_PORT = 51820;

    private MeshOver() {}

    /** The mesh runs over the WANs themselves; the separate link is taken away. */
    public static void wans(Lab lab) throws IOException {
        for (LabNode node : lab.nodes()) {
            for (LabNode other : lab.nodes())
                replace(node, other.site().mesh4(), other.site().wan4());
            node.run("ip", "link", "set", "mesh0", "down").orThrow();
        }
    }

    /** The mesh runs over a WireGuard network that the user made with wg(8): wg0, 10.9.0.n, over the separate link. */
    public static void wireGuard(Lab lab) throws IOException {
        Map<String, String> publicKeys = new HashMap<>();
        for (LabNode node : lab.nodes()) {
            String secret = node.run("wg", "genkey").orThrow().strip();
            Path file = Files.writeString(node.root().resolve("wg0.key"), secret + "\n");
            publicKeys.put(
                    node.name(), Command.run(List.of("wg", "pubkey"), secret).strip());
            node.run("wireguard-go", "wg0").orThrow();
            node.run("wg", "set", "wg0", "listen-port", Integer.toString(WG_PORT), "private-key", file.toString())
                    .orThrow();
            node.run("ip", "addr", "add", address(node) + "/24", "dev", "wg0").orThrow();
            node.run("ip", "link", "set", "wg0", "up").orThrow();
        }
        for (LabNode node : lab.nodes())
            for (LabNode other : lab.nodes()) {
                replace(node, other.site().mesh4(), address(other));
                if (other != node)
                    node.run(
                                    "wg",
                                    "set",
                                    "wg0",
                                    "peer",
                                    publicKeys.getOrDefault(other.name(), ""),
                                    "endpoint",
                                    other.site().mesh4() + ":" + WG_PORT,
                                    "allowed-ips",
                                    address(other) + "/32")
                            .orThrow();
            }
    }

    private static String address(LabNode node) {
        return "10.9.0." + node.site().number();
    }

    private static void replace(LabNode node, String old, String now) throws IOException {
        Path config = node.root().resolve("etc/config/wireguard-uplink");
        Files.writeString(config, Files.readString(config).replace("'" + old, "'" + now));
    }
}
