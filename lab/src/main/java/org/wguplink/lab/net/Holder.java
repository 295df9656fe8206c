package org.wguplink.lab.net;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that keeps a node's mount namespace: a {@code /run/wireguard} and a resolv.conf of its own. */
final class Holder {
    private final Process process;

    private Holder(Process process) {
        this.process = process;
    }

    /** Starts it; {@link #awaitReady()} tells when the mounts are there. */
    static Holder start(String namespace, Path resolvConf) throws IOException {
        List<String> args = List.of(
                "setsid",
                "ip",
                "netns",
                "exec",
                namespace,
                "unshare",
                "--mount",
                "--propagation",
                "slave",
                "--",
                "bash",
                "-c",
                Reaper.script("holder.sh"),
                "wgu-holder",
                resolvConf.toString());
        return new Holder(new ProcessBuilder(args).redirectErrorStream(true).start());
    }

    void awaitReady() throws IOException {
        BufferedReader said = process.inputReader();
        String line = said.readLine();
        if (!"ready".equals(line)) throw new LabException("no mount namespace for a node: " + line);
    }

    long pid() {
        return process.pid();
    }

    /** The argument list that runs {@code args} in the node's network and mount namespaces. */
    List<String> enter(List<String> args) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--mount", "--net", "-t", Long.toString(pid()), "--"));
        all.addAll(args);
        return all;
    }
}
