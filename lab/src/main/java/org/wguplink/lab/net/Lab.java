package org.wguplink.lab.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A running lab. {@link #close()} removes all of it; so do a Ctrl-C and, through the {@link Reaper}, the death of this
 * process.
 */
public final class Lab implements AutoCloseable {
    /** The place of the internet's servers. */
    public static final String INTERNET = Plan.INET;

    /** What mounts need to exist on the machine itself; a node covers it with a tmpfs of its own. */
    private static final Path WIREGUARD_RUN = Path.of("/run/wireguard");

    private final LabName name;
    private final Plan plan;
    private final Reaper reaper;
    private final Thread atExit = new Thread(this::closeAtExit, "lab cleaning");
    private final Map<String, LabNode> nodes = new LinkedHashMap<>();
    private @Nullable Servers servers;
    private volatile boolean built;
    private boolean over;

    private Lab(LabName name, Plan plan, Reaper reaper) {
        this.name = name;
        this.plan = plan;
        this.reaper = reaper;
    }

    /** Why this machine cannot run a lab; empty when it can. */
    public static Optional<String> missing() {
        if (!"root".equals(System.getProperty("user.name"))) return Optional.of("the lab needs root");
        for (String tool : List.of("ip", "nft", "nsenter", "unshare", "setsid", "sysctl", "bash"))
            if (Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")
                    .noneMatch(directory -> Files.isExecutable(Path.of(directory, tool))))
                return Optional.of("the lab needs the program " + tool);
        return Optional.empty();
    }

    /** Builds a lab of these nodes, with the internet up and no daemon running. Stale labs are removed before. */
    public static Lab build(List<String> nodeNames) throws IOException {
        Optional<String> missing = missing();
        if (missing.isPresent()) throw new LabException(missing.get());
        cleanStale(false);
        LabName name = LabName.random(new SecureRandom());
        Lab lab = new Lab(name, new Plan(name, Site.of(nodeNames)), Reaper.start(name));
        Runtime.getRuntime().addShutdownHook(lab.atExit);
        try {
            lab.build();
            return lab;
        } catch (IOException | RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    /** Removes labs that lost their owner, and, if asked for, those that were kept. Returns their names. */
    public static List<LabName> cleanStale(boolean keptToo) throws IOException {
        List<LabName> stale = Reaper.stale(keptToo);
        for (LabName lab : stale) Reaper.clean(lab);
        return stale;
    }

    /** Removes one lab by name, whoever owns it. */
    public static void clean(LabName lab) throws IOException {
        Reaper.clean(lab);
    }

    public LabName name() {
        return name;
    }

    /** All nodes, in order. */
    public List<LabNode> nodes() {
        return List.copyOf(nodes.values());
    }

    public LabNode node(String node) {
        LabNode found = nodes.get(node);
        if (found == null) throw new IllegalArgumentException("no node '%s' among %s".formatted(node, nodes.keySet()));
        return found;
    }

    /** Makes one more place, empty: a network namespace that is removed with the lab. */
    public void addPlace(String place) throws IOException {
        Command.run(List.of("ip", "netns", "add", name.namespace(place)));
    }

    /** Runs a program in the network of any place, such as {@code ispA}, {@code mesh} or {@code inet}. */
    public Command.Result in(String place, String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name.namespace(place)));
        all.addAll(List.of(args));
        return Command.call(all, "");
    }

    /** The namespace of the internet's servers. */
    public String inetNamespace() {
        return name.namespace(Plan.INET);
    }

    /** The addresses of the internet's servers, IPv4 first. */
    public static List<String> publicAddresses() {
        return Stream.concat(Plan.PUBLIC4.stream(), Plan.PUBLIC6.stream()).toList();
    }

    @Override
    public synchronized void close() throws IOException {
        if (over) return;
        over = true;
        if (servers != null) servers.close();
        reaper.close(built);
        forgetExit();
    }

    /**
     * Leaves the lab behind when this process ends. The servers move to a process of their own, {@code serversCommand}, run
     * in the namespace {@code inet}.
     */
    public synchronized void keep(List<String> serversCommand) throws IOException {
        if (over) throw new LabException("lab %s is removed already".formatted(name));
        if (servers != null) servers.close();
        List<String> args = new ArrayList<>(List.of("setsid", "ip", "netns", "exec", inetNamespace()));
        args.addAll(serversCommand);
        new ProcessBuilder(args)
                .redirectInput(new java.io.File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(name.directory().resolve("inet.log").toFile())
                .start();
        reaper.keep();
        over = true;
        forgetExit();
    }

    private void build() throws IOException {
        Files.createDirectories(WIREGUARD_RUN);
        Command.run(List.of("ip", "-batch", "-"), plan.namespaces());
        for (String place : plan.places()) {
            List<String> sysctl =
                    new ArrayList<>(List.of("ip", "netns", "exec", name.namespace(place), "sysctl", "-q", "-w"));
            sysctl.addAll(plan.sysctls(place));
            Command.run(sysctl);
        }
        for (Site site : plan.sites()) nodes.put(site.name(), LabNode.start(name, site, Image.find()));
        Command.run(List.of("ip", "-batch", "-"), plan.links());
        for (Map.Entry<String, String> batch : plan.addressing().entrySet())
            Command.run(List.of("ip", "-n", name.namespace(batch.getKey()), "-batch", "-"), batch.getValue());
        for (Site site : plan.sites())
            Command.run(List.of("ip", "netns", "exec", name.namespace(site.name()), "nft", "-f", "-"), Plan.userNat());
        servers = Servers.start(name, plan.sites());
        for (LabNode node : nodes.values()) node.awaitReady();
        built = true;
    }

    private void forgetExit() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException _) {
            // The process is ending already: the hook is what called us, or will find nothing to do.
        }
    }

    private void closeAtExit() {
        try {
            close();
        } catch (IOException e) {
            System.err.println(e.getMessage());
        }
    }
}
