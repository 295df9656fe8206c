package org.wguplink.lab.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.wguplink.control.Status;
import org.wguplink.control.Wire;

/** One node of the lab: its namespaces, its files below {@link #root()}, its daemon. */
public final class LabNode {
    private final LabName lab;
    private final Site site;
    private final Image image;
    private final Holder holder;
    private final Daemon daemon;

    private LabNode(LabName lab, Site site, Image image, Holder holder) {
        this.lab = lab;
        this.site = site;
        this.image = image;
        this.holder = holder;
        this.daemon = new Daemon(holder, root().resolve("uplinkd.log"));
    }

    /** Starts what keeps the node's namespaces; {@link #awaitReady()} before use. */
    static LabNode start(LabName lab, Site site, Image image) throws IOException {
        Path root = lab.directory().resolve(site.name());
        Path resolvConf = root.resolve("etc/resolv.conf");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(
                resolvConf,
                "nameserver %s\nnameserver %s\n"
                        .formatted(site.resolvers().get(0), site.resolvers().get(1)));
        return new LabNode(lab, site, image, Holder.start(lab.namespace(site.name()), resolvConf));
    }

    void awaitReady() throws IOException {
        holder.awaitReady();
    }

    public String name() {
        return site.name();
    }

    public Site site() {
        return site;
    }

    public String peerId() {
        return site.peerId();
    }

    /** The directory that daemon and {@code wgctl} take for {@code /}. */
    public Path root() {
        return lab.directory().resolve(site.name());
    }

    public String namespace() {
        return lab.namespace(site.name());
    }

    /** The namespace of the client in the node's LAN. */
    public String hostNamespace() {
        return lab.namespace(site.host());
    }

    /** A process inside the node's namespaces, for {@code nsenter -t}. */
    public long holderPid() {
        return holder.pid();
    }

    /** Runs a program in the node's namespaces. */
    public Command.Result run(String... args) throws IOException {
        return Command.call(holder.enter(List.of(args)), "");
    }

    /** Runs {@code wgctl --root ROOT args}, whatever its exit status. */
    public Command.Result wgctl(String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of(image.wgctl().toString(), "--root", root().toString()));
        all.addAll(List.of(args));
        return Command.call(holder.enter(all), "");
    }

    public void writeConfig(NodeSettings settings, Site seed) throws IOException {
        Path file = root().resolve("etc/config/wireguard-uplink");
        Files.createDirectories(file.getParent());
        Files.writeString(file, settings.uci(site, seed));
    }

    public void startDaemon() throws IOException {
        daemon.start(List.of(image.uplinkd().toString(), "--root", root().toString()));
    }

    /** Starts it by a program that ends in running its arguments, such as {@code env NAME=VALUE}. */
    public void startDaemonBy(List<String> launcher) throws IOException {
        List<String> all = new ArrayList<>(launcher);
        all.addAll(List.of(image.uplinkd().toString(), "--root", root().toString()));
        daemon.start(all);
    }

    /** Starts another program in the daemon's place. */
    public void startInstead(List<String> args) throws IOException {
        daemon.start(args);
    }

    /** Runs another daemon with the same files to its end, which it is expected to come to by itself. */
    public Command.Result runDaemon() throws IOException {
        return run(image.uplinkd().toString(), "--root", root().toString());
    }

    /** Ends the daemon with SIGTERM; tunnels and routes stay. */
    public void stopDaemon() throws IOException {
        daemon.stop();
    }

    /** Ends the daemon with SIGKILL. */
    public void killDaemon() throws IOException {
        daemon.kill();
    }

    public boolean isDaemonAlive() {
        return daemon.isAlive();
    }

    /** Removes all that a daemon left in the kernel. */
    public Command.Result cleanupDaemon() throws IOException {
        return run(image.uplinkd().toString(), "--root", root().toString(), "--cleanup");
    }

    /** As at a boot, before the network comes up. */
    public Command.Result holdPolicies() throws IOException {
        return run(image.uplinkd().toString(), "--root", root().toString(), "--hold");
    }

    /** The daemon's last words. */
    public String daemonLog(int lines) throws IOException {
        return daemon.tail(lines);
    }

    /** The daemon's state, asked over its control socket. */
    public Status status() throws IOException {
        return ControlSocket.status(root().resolve("var/run/wireguard-uplink/control.sock"));
    }

    /** The same as a person gets it, {@code wgctl --json status}. */
    public Status wgctlStatus() throws IOException {
        return decode(wgctl("--json", "status").orThrow());
    }

    /** The state that the daemon wrote to {@code /var/run/wireguard-uplinks.json}. */
    public Status stateFile() throws IOException {
        return decode(Files.readString(root().resolve("var/run/wireguard-uplinks.json")));
    }

    /** Breaks the node's internet, from outside. */
    public Cut cut(Fault fault) throws IOException {
        return Cut.inject(fault, lab, site);
    }

    /** Makes the node's WAN limp. */
    public Cut impair(Impairment impairment) throws IOException {
        return Cut.inject(impairment, lab, site);
    }

    /** What a person types to do the same as {@link #cut}. */
    public String howToCut(Fault fault) {
        return shell(fault.breaking(lab, site));
    }

    /** What a person types to undo it. */
    public String howToHeal(Fault fault) {
        return shell(fault.mending(lab, site));
    }

    private static String shell(List<List<String>> commands) {
        return commands.stream()
                .map(args -> args.stream()
                        .map(arg -> arg.contains(" ") ? "'" + arg + "'" : arg)
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining(" && "));
    }

    private Status decode(String json) throws LabException {
        try {
            return Wire.decode(Status.class, json);
        } catch (Wire.WireException e) {
            throw new LabException("%s: %s".formatted(peerId(), e.getMessage()), e);
        }
    }
}
