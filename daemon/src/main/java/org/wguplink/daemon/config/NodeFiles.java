package org.wguplink.daemon.config;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where a node's files are, all of them under one root. */
public record NodeFiles(Path root) {
    /** The configuration, UCI text. */
    public Path config() {
        return root.resolve("etc/config/wireguard-uplink");
    }

    /** Identity, roster and tunnel keys: 0700. */
    public Path keys() {
        return root.resolve("etc/wireguard-uplink");
    }

    public Path roster() {
        return keys().resolve("roster.jws");
    }

    /** What must survive a reboot. */
    public Path state() {
        return root.resolve("var/lib/wireguard-uplink");
    }

    /** Reverse-path filters that were loosened, with what they were before. */
    public Path reversePaths() {
        return state().resolve("rp_filter");
    }

    /** The runtime state for others to read: the {@code Status} record. */
    public Path runtimeState() {
        return root.resolve("var/run/wireguard-uplinks.json");
    }

    /**
     * Where the resolvers of this machine's internet may be named, in the form of resolv.conf(5): what programs ask, which
     * may be a resolver on this machine; then what systemd-resolved, NetworkManager's dnsmasq, and OpenWrt's dnsmasq (now and
     * before 21.02) ask in turn.
     */
    public List<Path> resolvers() {
        return Stream.of(
                        "etc/resolv.conf",
                        "run/systemd/resolve/resolv.conf",
                        "run/NetworkManager/no-stub-resolv.conf",
                        "tmp/resolv.conf.d/resolv.conf.auto",
                        "tmp/resolv.conf.auto")
                .map(root::resolve)
                .toList();
    }

    public Path runtime() {
        return root.resolve("var/run/wireguard-uplink");
    }

    public Path socket() {
        return runtime().resolve("control.sock");
    }

    public Path lock() {
        return runtime().resolve("uplinkd.lock");
    }
}
