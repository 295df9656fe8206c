package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.wguplink.lab.net.LabNode;

/**
 * What a restart must not touch, as nft(8), ip(8) and wg(8) show it.
 *
 * @param filter our table with the handles of its rules, which are new whenever it is made anew; without elements that
 *     expire
 * @param devices our interfaces with their numbers
 * @param routing our rules and routes
 * @param handshakes the latest of each peer of each interface, in seconds since 1970
 * @param processes of wireguard-go
 */
record Imprint(
        String filter,
        List<String> devices,
        List<String> routing,
        Map<String, Long> handshakes,
        List<String> processes) {
    /** WireGuard itself renews a session this long after its handshake (the paper, section 6.1). */
    private static final long REKEY_SECONDS = 120;

    static Imprint of(LabNode node) throws IOException {
        List<String> routing = new java.util.ArrayList<>(Facts.ourRules(node));
        routing.addAll(Facts.ourRoutes(node));
        Map<String, Long> handshakes = new TreeMap<>();
        for (String device : Facts.lasting(Facts.ourDevices(node)))
            for (String line : node.run("wg", "show", device, "latest-handshakes")
                    .orThrow()
                    .lines()
                    .toList()) {
                String[] peer = line.split("\t", 2);
                handshakes.put(device + " " + peer[0], Long.parseLong(peer[1]));
            }
        return new Imprint(
                node.run("nft", "-a", "-s", "list", "table", "inet", "wguplink")
                        .orThrow()
                        .replaceAll("\\t\\telements = \\{[^}]* expires [^}]*}\\n", ""),
                node.run("ip", "-o", "link")
                        .orThrow()
                        .lines()
                        .filter(line -> line.contains(": wgup-") && !line.contains(": wgup-test"))
                        .map(line -> line.replaceAll(" qdisc .*", ""))
                        .toList(),
                routing.stream().sorted().toList(),
                handshakes,
                Facts.lasting(Facts.wireGuardProcesses(node)));
    }

    /** Fails unless this is what it was before. */
    void assertAsBefore(Imprint before) {
        assertThat(filter).as("the packet filter and its handles").isEqualTo(before.filter);
        assertThat(devices).as("interfaces and their numbers").isEqualTo(before.devices);
        assertThat(routing).as("rules and routes").isEqualTo(before.routing);
        assertThat(processes).as("wireguard-go").isEqualTo(before.processes);
        assertThat(handshakes.keySet()).isEqualTo(before.handshakes.keySet());
        handshakes.forEach((peer, at) -> {
            long was = before.handshakes.getOrDefault(peer, 0L);
            if (at != was)
                assertThat(at - was)
                        .as("a handshake of %s that WireGuard did not make by itself", peer)
                        .isGreaterThanOrEqualTo(REKEY_SECONDS - 1);
        });
    }
}
