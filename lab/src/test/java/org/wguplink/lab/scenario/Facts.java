package org.wguplink.lab.scenario;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.wguplink.control.Uplink;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.LabNode;

/** What is true of a node: as its daemon says it, as its kernel says it, and as a host in its LAN finds it. */
final class Facts {
    private static final Pattern INET = Pattern.compile("inet6? ([0-9a-f.:]+)/(\\d+)");
    static final Duration SOON = Duration.ofSeconds(10);
    static final Duration LATER = Duration.ofSeconds(30);

    private Facts() {}

    /** One peer as a node sees it. */
    static Uplink uplink(LabNode at, LabNode peer) throws IOException {
        return at.status().uplinks().stream()
                .filter(uplink -> uplink.peerId().equals(peer.peerId()))
                .findFirst()
                .orElseThrow(() -> new NotReached("%s knows nothing of %s".formatted(at.peerId(), peer.peerId())));
    }

    static Uplink awaitUplink(LabNode at, LabNode peer, String... states) throws IOException {
        String expected = "%s is %s at %s".formatted(peer.peerId(), String.join(" or ", states), at.peerId());
        return Await.until(expected, LATER, at, () -> {
            Uplink found = uplink(at, peer);
            return Await.Seen.of(
                    List.of(states).contains(found.state()) ? Optional.of(found) : Optional.empty(), found);
        });
    }

    static void awaitLog(LabNode node, String text) throws IOException {
        Await.until(
                node.peerId() + " says " + text,
                LATER,
                node,
                () -> Await.Seen.when(node.daemonLog(500).contains(text), "not yet"));
    }

    static void awaitVia(LabNode at, LabNode provider) throws IOException {
        Await.until("%s goes by %s".formatted(at.peerId(), provider.peerId()), LATER, at, () -> {
            var now = at.status();
            return Await.Seen.when(provider.peerId().equals(now.via()), now);
        });
    }

    static void awaitState(LabNode at, String state) throws IOException {
        Await.until("%s is %s".formatted(at.peerId(), state), LATER, at, () -> {
            var now = at.status();
            return Await.Seen.when(now.state().equals(state), now);
        });
    }

    /** Waits until the WAN of a node that had none is verified again, and past its hold-down. */
    static void awaitWanUp(LabNode at) throws IOException {
        Await.until("the WAN of %s is up".formatted(at.peerId()), LATER, at, () -> {
            var now = at.status();
            return Await.Seen.when(now.wan().state().equals("up"), now);
        });
    }

    /** The address from which the internet sees a new TCP connection of a host in the node's LAN; empty without reply. */
    static String exitOfLan(LabNode node) throws IOException {
        return getFromLan(node, "http://8.8.8.8/").out().strip();
    }

    /** The same of one address of that host; what went wrong when there is none. */
    static String exitOf(LabNode node, String host) throws IOException {
        String url = host.contains(":") ? "http://[2001:4860:4860::8888]/" : "http://8.8.8.8/";
        Command.Result result = curlInLan(node, "-sS", "--interface", host, url);
        return result.exit() == 0
                ? InetAddress.ofLiteral(result.out().strip()).getHostAddress()
                : result.err().strip();
    }

    /** What a page of {@code url} says to the node itself, its packets sent by {@code device}; its exit status else. */
    static Command.Result get(LabNode node, String device, String url) throws IOException {
        return node.run("curl", "-s", "-m", "2", "--interface", device, url);
    }

    /** The same for a host of the node's LAN, by whatever way. */
    static Command.Result getFromLan(LabNode node, String url) throws IOException {
        return curlInLan(node, "-s", url);
    }

    private static Command.Result curlInLan(LabNode node, String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", node.hostNamespace(), "curl", "-m", "2"));
        all.addAll(List.of(args));
        return Command.call(all, "");
    }

    /** An address of a device. */
    record Address(InetAddress value, int prefixLength) {}

    static List<Address> addresses(LabNode node, String device) throws IOException {
        return INET.matcher(node.run("ip", "-o", "addr", "show", "dev", device).orThrow())
                .results()
                .map(found -> new Address(InetAddress.ofLiteral(found.group(1)), Integer.parseInt(found.group(2))))
                .toList();
    }

    /** Networks of the node's addresses and of its main routes, apart from the default and from those of one device. */
    static List<InetNetwork> prefixesInUse(LabNode node, String except) throws IOException {
        List<InetNetwork> used = new ArrayList<>();
        for (String line : node.run("ip", "-o", "addr").orThrow().lines().toList())
            if (!line.contains(" " + except + " "))
                INET.matcher(line)
                        .results()
                        .map(found -> InetNetwork.containing(
                                InetAddress.ofLiteral(found.group(1)), Integer.parseInt(found.group(2))))
                        .filter(network -> !network.address().isLinkLocalAddress())
                        .forEach(used::add);
        for (String family : List.of("-4", "-6"))
            for (String line : node.run("ip", family, "route").orThrow().lines().toList()) {
                String prefix = line.split(" ", 2)[0];
                boolean skip = prefix.equals("default") || prefix.startsWith("fe80") || line.contains("dev " + except);
                if (!skip && prefix.matches("[0-9a-f.:/]+")) used.add(InetNetwork.parse(prefix));
            }
        return used;
    }

    /** Interfaces or processes without that of a test of the forwarding, which is there for a moment. */
    static List<String> lasting(List<String> names) {
        return names.stream().filter(name -> !name.endsWith("wgup-test")).toList();
    }

    /** Devices of ours in the kernel. */
    static List<String> ourDevices(LabNode node) throws IOException {
        return node.run("ip", "-o", "link")
                .orThrow()
                .lines()
                .map(line -> line.split(": ", 3)[1])
                .filter(device -> device.startsWith("wgup-"))
                .toList();
    }

    static List<String> ourRules(LabNode node) throws IOException {
        List<String> rules = new ArrayList<>();
        for (String family : List.of("-4", "-6"))
            node.run("ip", family, "-N", "rule")
                    .orThrow()
                    .lines()
                    .filter(line -> line.matches(".* proto 213( .*)?"))
                    .forEach(rules::add);
        return rules;
    }

    /** Routes in the tables 57400 to 57431. */
    static List<String> ourRoutes(LabNode node) throws IOException {
        List<String> routes = new ArrayList<>();
        for (String family : List.of("-4", "-6"))
            node.run("ip", family, "-N", "route", "show", "table", "all")
                    .orThrow()
                    .lines()
                    .filter(line -> line.matches(".* table 574(0\\d|1\\d|2\\d|30|31)( .*)?"))
                    .forEach(routes::add);
        return routes;
    }

    static String ruleset(LabNode node) throws IOException {
        return node.run("nft", "list", "ruleset").orThrow();
    }

    /** Peers of the served interface, but for the one within the daemon: it has never an endpoint elsewhere. */
    static long consumersInWireGuard(LabNode node) throws IOException {
        return node.run("wg", "show", "wgup-serve", "endpoints")
                .orThrow()
                .lines()
                .filter(line -> !line.contains("127.0.0.1:") && !line.endsWith("(none)"))
                .count();
    }

    /** Processes that run the userspace WireGuard in the node's namespace. */
    static List<String> wireGuardProcesses(LabNode node) throws IOException {
        List<String> found = new ArrayList<>();
        for (String pid : Command.run(List.of("ip", "netns", "pids", node.namespace()))
                .lines()
                .toList())
            ProcessHandle.of(Long.parseLong(pid))
                    .flatMap(process -> process.info().commandLine())
                    .filter(line -> line.contains("wireguard-go"))
                    .ifPresent(found::add);
        return found;
    }
}
