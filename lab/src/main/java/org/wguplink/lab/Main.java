package org.wguplink.lab;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.wguplink.lab.bench.Bench;
import org.wguplink.lab.demo.Demo;
import org.wguplink.lab.net.LabName;
import org.wguplink.lab.net.Servers;
import org.wguplink.lab.net.Site;

/** {@code demo ...}, {@code bench ...}. */
public final class Main {
    /** Runs the servers alone, of the lab named by the next word with the nodes named by the rest; for one that is kept. */
    public static final String SERVERS = "servers";

    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private Main() {}

    public static void main(String[] args) {
        AtomicBoolean ending = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ending.set(true), "ending"));
        int status = FAILED;
        try {
            status = run(List.of(args));
        } catch (Usage e) {
            System.err.println(e.getMessage());
            status = MISUSED;
        } catch (IOException | RuntimeException e) {
            // After a Ctrl-C everything fails, since the lab is removed under our feet: that is no news.
            if (!ending.get()) report(e);
        }
        if (!ending.get()) System.exit(status);
    }

    private static int run(List<String> args) throws IOException {
        if (args.isEmpty()) throw new Usage("expected 'demo' or 'bench'");
        List<String> rest = args.subList(1, args.size());
        return switch (args.getFirst()) {
            case "demo" -> Demo.run(rest);
            case "bench" -> Bench.run(rest);
            case SERVERS -> serve(new LabName(rest.getFirst()), Site.of(rest.subList(1, rest.size())));
            default -> throw new Usage("'%s' is unknown; expected 'demo' or 'bench'".formatted(args.getFirst()));
        };
    }

    private static int serve(LabName lab, List<Site> sites) throws IOException {
        try (Servers _ = Servers.start(lab, sites)) {
            new CountDownLatch(1).await();
            return 0;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private static void report(Exception e) {
        if (e instanceof IOException) System.err.println("failed: " + e.getMessage());
        else e.printStackTrace();
    }
}
