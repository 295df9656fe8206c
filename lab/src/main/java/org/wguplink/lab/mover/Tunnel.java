package org.wguplink.lab.mover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.scenario.Await;

/**
 * A WireGuard tunnel over the mesh that is always up, between two nodes: what is given to programs that make none. No route
 * leads into it but for its own network.
 *
 * @param rank 1 for the client's first choice
 */
record Tunnel(LabNode client, LabNode provider, int rank) {
    private static final int MTU = 1420;
    private static final int FIRST_PORT = 51800;
    private static final Duration START = Duration.ofSeconds(20);
    /** What a router's owner has for tunnels: hidden behind their address, and no segment larger than fits. */
    private static final String FILTER = """
            table inet lab_tunnels {
                chain post { type nat hook postrouting priority srcnat; oifname "tun*" masquerade; }
                chain mss { type filter hook forward priority mangle; tcp flags syn tcp option maxseg size set rt mtu; }
            }
            """;

    /** All nodes but the client, in their order. */
    static List<LabNode> providers(Lab lab, LabNode client) {
        return lab.nodes().stream().filter(node -> node != client).toList();
    }

    /** Makes one to each provider, and returns when all carry packets. */
    static List<Tunnel> make(Lab lab, LabNode client) throws IOException {
        List<Tunnel> tunnels = new ArrayList<>();
        for (LabNode provider : providers(lab, client)) tunnels.add(new Tunnel(client, provider, tunnels.size() + 1));
        client.run("nft", FILTER).orThrow();
        for (Tunnel tunnel : tunnels) tunnel.make();
        for (Tunnel tunnel : tunnels) tunnel.awaitAnswer();
        return List.copyOf(tunnels);
    }

    /** The client's end. */
    String device() {
        return device(provider);
    }

    /** The provider's end. */
    String providerDevice() {
        return device(client);
    }

    String address() {
        return network() + 2;
    }

    String providerAddress() {
        return network() + 1;
    }

    private String network() {
        return "10.99.%d.".formatted(provider.site().number());
    }

    private static String device(LabNode peer) {
        return "tun" + peer.name();
    }

    private void make() throws IOException {
        String clientKey = key(client, provider);
        String providerKey = key(provider, client);
        makeEnd(client, provider, address(), providerKey);
        makeEnd(provider, client, providerAddress(), clientKey);
    }

    private void makeEnd(LabNode node, LabNode peer, String address, String peerKey) throws IOException {
        String device = device(peer);
        // as the daemon does it: the kernel's own WireGuard where there is one
        if (node.run("ip", "link", "add", device, "type", "wireguard").exit() != 0)
            node.run("wireguard-go", device).orThrow();
        run(node, "wg set %s private-key %s listen-port %d".formatted(device, keyFile(node, peer), port(peer)));
        run(
                node,
                "wg set %s peer %s allowed-ips 0.0.0.0/0,::/0 endpoint %s:%d persistent-keepalive 25"
                        .formatted(device, peerKey, peer.site().mesh4(), port(node)));
        run(node, "ip link set %s mtu %d".formatted(device, MTU));
        run(node, "ip addr add %s/30 dev %s".formatted(address, device));
        run(node, "ip addr add fe80::%d/64 dev %s".formatted(node.site().number(), device));
        run(node, "ip link set %s up".formatted(device));
    }

    private void awaitAnswer() throws IOException {
        Await.until(
                "the tunnel to %s carries packets".formatted(provider.name()),
                START,
                client,
                () -> Await.Seen.when(
                        client.run("ping", "-c1", "-W1", providerAddress()).exit() == 0, "no answer"));
    }

    /** Of a node's end of the tunnel to that peer. */
    private static int port(LabNode peer) {
        return FIRST_PORT + peer.site().number();
    }

    private static Path keyFile(LabNode node, LabNode peer) {
        return node.root().resolve(device(peer) + ".key");
    }

    /** Makes a private key; returns the public one. */
    private static String key(LabNode node, LabNode peer) throws IOException {
        String key = Command.run(List.of("wg", "genkey"));
        Files.writeString(keyFile(node, peer), key);
        return Command.run(List.of("wg", "pubkey"), key).strip();
    }

    private static void run(LabNode node, String words) throws IOException {
        node.run(words.split(" ", -1)).orThrow();
    }
}
