package org.wguplink.lab.bench;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.wguplink.lab.Usage;
import org.wguplink.lab.meter.Bulk;
import org.wguplink.lab.meter.OutageMeter;
import org.wguplink.lab.net.Impairment;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.scenario.Rescue;

/** What happens to a line that is none the worse for it: no reason to leave it. */
enum OrdinaryTrouble {
    /** Nobody sends. */
    SILENCE,
    /** 5 % of what is sent is lost. */
    LOSS,
    /** Once a minute nothing moves for 300 ms. */
    STALLS,
    /** Each packet takes 10 to 200 ms each way. */
    JITTER,
    /** After half of the time all is 100 ms later each way. */
    STEP,
    /** An upload fills a queue of a second. */
    UPLOAD,
    /** Somebody sends what nobody answers, and there is no other traffic. */
    ONE_WAY,
    /** A download takes all of 300 Mbit/s. */
    DOWNLOAD,
    /** The line's router lets one echo a second pass. */
    ECHOES,
    /** Four processes take all the processor time that they get. */
    HOGS;

    private static final Duration STALL = Duration.ofMillis(300);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration STEP_EACH_WAY = Duration.ofMillis(100);
    private static final String SILENT_SINK =
            "table inet lab_sink { chain in { type filter hook input priority -10; udp dport %d drop; }; }"
                    .formatted(Bulk.SILENT_PORT);

    /** As on the command line. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String words() {
        return Stream.of(values()).map(OrdinaryTrouble::word).collect(Collectors.joining(","));
    }

    static List<OrdinaryTrouble> parseList(String text) {
        List<OrdinaryTrouble> troubles = new ArrayList<>();
        for (String word : text.split(",", -1))
            troubles.add(Stream.of(values())
                    .filter(t -> t.word().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new Usage(
                            "bench idle: --troubles: found '%s'; expected a list of %s".formatted(word, words()))));
        return List.copyOf(troubles);
    }

    /** A path has to have had them once, or its round trips have to have been seen, before they are ordinary. */
    Duration acquaintance() {
        return this == STALLS ? MINUTE.plusSeconds(20) : Duration.ofSeconds(20);
    }

    /**
     * Begins it at a node whose own WAN serves; closing ends it, in the opposite order.
     *
     * @param watched for how long it will be
     */
    Closeable begin(Lab lab, LabNode node, Duration watched) throws IOException {
        List<Closeable> running = new ArrayList<>();
        String host = node.hostNamespace();
        if (this != SILENCE && this != ONE_WAY)
            running.add(OutageMeter.start(host, Rescue.TARGET, OutageMeter.BEAT)::close);
        switch (this) {
            case SILENCE -> {}
            case LOSS -> running.add(node.impair(new Impairment.Loss(5))::close);
            case STALLS -> {
                long from = System.nanoTime();
                running.add(node.impair(new Impairment.Delays(
                        now -> Math.max(0, STALL.toNanos() - (now - from) % MINUTE.toNanos()), STALL))::close);
            }
            case JITTER ->
                running.add(node.impair(new Impairment.Delays(
                        _ -> Duration.ofMillis(ThreadLocalRandom.current().nextInt(10, 201))
                                .toNanos(),
                        Duration.ofMillis(200)))::close);
            case STEP -> {
                long at = System.nanoTime() + watched.dividedBy(2).toNanos();
                running.add(
                        node.impair(new Impairment.Delays(
                                now -> now - at < 0 ? 0 : STEP_EACH_WAY.toNanos(), STEP_EACH_WAY))::close);
            }
            case UPLOAD -> {
                running.add(node.impair(new Impairment.Rate(5_000, 1_000))::close);
                running.add(Bulk.upload(host, Rescue.TARGET)::close);
            }
            case ONE_WAY -> {
                lab.in("inet", "nft", SILENT_SINK).orThrow();
                running.add(Bulk.oneWay(host, Rescue.TARGET)::close);
            }
            case DOWNLOAD -> {
                running.add(node.impair(new Impairment.Rate(300_000, 100))::close);
                running.add(Bulk.download(host, Rescue.TARGET)::close);
            }
            case ECHOES -> running.add(node.impair(new Impairment.Echoes(1))::close);
            case HOGS ->
                IntStream.range(0, 4).forEach(_ -> {
                    Process hog = hog();
                    running.add(hog::destroyForcibly);
                });
        }
        return () -> end(running);
    }

    private static void end(List<Closeable> running) throws IOException {
        for (Closeable part : running.reversed()) part.close();
    }

    private static Process hog() {
        try {
            return new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
