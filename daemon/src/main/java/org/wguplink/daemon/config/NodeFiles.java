package org.wguplink.daemon.config;

import java.nio.file.Path;

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
