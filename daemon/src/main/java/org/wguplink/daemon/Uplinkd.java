package org.wguplink.daemon;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.wguplink.control.Status;
import org.wguplink.control.Version;
import org.wguplink.control.Wire;
import org.wguplink.core.firewall.FirewallException;
import org.wguplink.core.route.RouterException;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.ConfigException;
import org.wguplink.daemon.config.ConfigFile;
import org.wguplink.daemon.config.NodeFiles;
import org.wguplink.daemon.control.ControlApi;
import org.wguplink.daemon.control.ControlServer;
import org.wguplink.daemon.control.Report;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.loop.LatestText;
import org.wguplink.daemon.path.Kernel;
import org.wguplink.daemon.path.ReversePaths;
import org.wguplink.linux.ffi.NamespaceLock;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.nftables.Nftables;
import org.wguplink.linux.sysctl.ReversePathFilter;
import org.wguplink.linux.sysctl.Sysctl;
import org.wguplink.linux.wireguard.LinuxTunnels;
import org.wguplink.mesh.store.DurableFile;

/** The daemon's main class. Exit codes: 0 stopped, 1 cannot run, 2 wrong usage, 3 out of memory, 70 a bug. */
public final class Uplinkd {
    private static final String HELP = """
            Usage: uplinkd [--root DIR] [--cleanup | --hold | --help | --version]

            Keeps this node on the internet through the peers of its WireGuard mesh, and lends
            its own internet to them. Runs in the foreground until it is stopped; routes and
            tunnels then stay as they are.

              --root DIR   put every file under DIR (environment WGUPLINK_ROOT; default /)
              --cleanup    remove all routes, rules, filters and interfaces of ours, put back what
                           was changed of others (rp_filter), and exit; keys, and what must
                           survive a reboot, stay
              --hold       for the boot, before the network comes up: refuse what has a policy
                           'strict' or 'always' until the daemon runs, and exit
              --help       this text
              --version    the version

            Exit status: 0 stopped by SIGTERM or SIGINT, cleaned up, held; 1 cannot run, and the one
            line on standard error says why (rights, configuration, files, kernel, another uplinkd);
            2 wrong usage; 3 out of memory; 70 a bug. However it ends, routes and tunnels stay.

            Configuration: DIR/etc/config/wireguard-uplink. See also: wgctl --help

            Examples:
              uplinkd
              uplinkd --root /srv/nodeA
              uplinkd --cleanup
            """;

    /** Whether the process ends by its own will, with an exit status of its own. */
    private static final AtomicBoolean LEAVING = new AtomicBoolean();

    private static final int CANNOT_RUN = 1;
    private static final int USAGE = 2;
    private static final int BUG = 70;

    private enum Task {
        RUN,
        HOLD,
        CLEAN_UP
    }

    private Uplinkd() {}

    public static void main(String[] args) {
        String root = Optional.ofNullable(System.getenv("WGUPLINK_ROOT")).orElse("/");
        Task task = Task.RUN;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--help", "-h" -> {
                    System.out.print(HELP);
                    return;
                }
                case "--version" -> {
                    System.out.println("uplinkd " + Version.text());
                    return;
                }
                case "--cleanup" -> task = Task.CLEAN_UP;
                case "--hold" -> task = Task.HOLD;
                case "--root" -> {
                    if (i + 1 == args.length) exit(USAGE, "--root needs a directory");
                    root = args[++i];
                }
                case "" -> exit(USAGE, "an empty option; see uplinkd --help");
                default -> exit(USAGE, "unknown option '%s'; see uplinkd --help".formatted(args[i]));
            }
        }
        if (root.isEmpty()) exit(USAGE, "--root (or WGUPLINK_ROOT) is empty; leave it away for /");
        Logs.configure();
        var files = new NodeFiles(Path.of(root).toAbsolutePath().normalize());
        try {
            Privileges.require();
            switch (task) {
                case RUN -> run(files);
                case HOLD -> hold(files);
                case CLEAN_UP -> cleanUp(files);
            }
        } catch (ConfigException
                | IOException
                | OsException
                | FirewallException
                | RouterException
                | TunnelException e) {
            exit(CANNOT_RUN, Failures.text(e));
        } catch (RuntimeException | Error e) {
            System.getLogger(Uplinkd.class.getName()).log(Level.ERROR, "a bug; routes and tunnels stay as they are", e);
            Runtime.getRuntime().halt(BUG);
        }
    }

    private static void run(NodeFiles files)
            throws ConfigException, IOException, OsException, FirewallException, TunnelException {
        Logger log = System.getLogger(Uplinkd.class.getName());
        Files.createDirectories(files.runtime());
        DurableFile.directory(files.state());
        DurableFile.directory(files.keys());
        // held until the process ends
        try (FileChannel lock = lock(files);
                NamespaceLock only = onlyOne()) {
            var loop = new EventLoop();
            var node = new Node(loop, files);
            var report = new Report(node);
            var api = new ControlApi(loop, node, report);
            var state = new LatestText(loop, files.runtimeState(), DurableFile::exchange);
            node.onChange(() -> {
                Status status = report.status();
                api.changed(status);
                state.put(Wire.encode(status) + "\n");
            });
            var running = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(loop, running)));
            try (var control = new ControlServer(files.socket(), api)) {
                log.log(Level.INFO, "uplinkd {0} runs, files under {1}", Version.text(), files.root());
                node.start();
                Rehearsal.begin(() -> loop.execute(node::rehearse), node::rehearsals);
                loop.run(node, node.lookout());
            } finally {
                node.close();
                loop.close();
            }
        }
    }

    /** Two daemons would fight over the same routes, whatever files they have. */
    private static NamespaceLock onlyOne() throws OsException, IOException {
        return NamespaceLock.take("wg-uplink")
                .orElseThrow(() -> new IOException("another uplinkd already runs in this network namespace"));
    }

    private static FileChannel lock(NodeFiles files) throws IOException {
        FileChannel channel = FileChannel.open(files.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw new IOException("uplinkd is already running with these files (%s is locked)".formatted(files.lock()));
        }
        return channel;
    }

    /** A signal ends the loop, and then the process, with status 0 where Java would say 143. */
    private static void stop(EventLoop loop, Thread running) {
        if (LEAVING.get()) return;
        loop.stop();
        try {
            running.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!running.isAlive() && !LEAVING.get()) Runtime.getRuntime().halt(0);
    }

    private static void hold(NodeFiles files) throws ConfigException, IOException, OsException, FirewallException {
        Config config = new ConfigFile(files.config()).read();
        try (NamespaceLock only = onlyOne();
                var nftables = new Nftables()) {
            boolean held =
                    config.enabled() && nftables.hold(new Policies(() -> config, _ -> Optional.empty()).filters());
            System.getLogger(Uplinkd.class.getName())
                    .log(
                            Level.INFO,
                            held
                                    ? "what is strict or always is refused until uplinkd runs"
                                    : "nothing to hold: no policy is strict or always, or uplinkd has run since the boot");
        }
    }

    private static void cleanUp(NodeFiles files)
            throws IOException, OsException, FirewallException, RouterException, TunnelException {
        Files.createDirectories(files.runtime());
        try (FileChannel lock = lock(files);
                NamespaceLock only = onlyOne();
                var kernel = new Kernel(Runnable::run);
                var tunnels = new LinuxTunnels()) {
            kernel.removeAll();
            for (String device : tunnels.names(TunnelName.PREFIX)) tunnels.remove(device);
            new ReversePaths(files.reversePaths(), new ReversePathFilter(new Sysctl())).loosen(Set.of());
            Files.deleteIfExists(files.runtimeState());
            Files.deleteIfExists(files.socket());
        }
    }

    private static void exit(int code, String message) {
        LEAVING.set(true);
        System.err.println("uplinkd: " + message);
        System.exit(code);
    }
}
