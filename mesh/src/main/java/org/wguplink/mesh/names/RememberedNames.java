package org.wguplink.mesh.names;

import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.wguplink.core.net.Addresses;
import org.wguplink.mesh.store.DurableFile;
import org.wguplink.mesh.store.StateFile;

/**
 * Looks names up on one platform thread of its own (a look-up blocks for many seconds while the resolver is away, and
 * would hold the carrier of a virtual one), and keeps the last good addresses on disk. A name is asked for at most every
 * {@link #FIRST_PAUSE}, doubling to {@link #LONGEST_PAUSE} while that fails. At most {@link #MOST} names. Thread-safe.
 */
public final class RememberedNames implements HostNames {
    static final int MOST = 64;
    static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final int MOST_ADDRESSES = 4;
    private static final int MAX_BYTES = 64 * 1024;

    private static final Logger LOG = System.getLogger(RememberedNames.class.getName());
    private static final JsonType<Map<String, List<String>>> TYPE =
            Jsonb.builder().build().type(String.class).list().map();

    /** Asks the system; blocks. */
    public interface Lookup {
        InetAddress[] of(String host) throws UnknownHostException;
    }

    private static final class Entry {
        private List<InetAddress> addresses = List.of();
        private boolean asking;
        private long askAtNanos = System.nanoTime();
        private Duration pause = FIRST_PAUSE;
    }

    private final Optional<Path> file;
    private final Lookup lookup;
    private final Runnable changed;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    /** Why the file is not what is known; empty when it is. */
    private Optional<String> unwritten = Optional.empty();

    private long writeAtNanos = System.nanoTime();
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            2,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST),
            Thread.ofPlatform().daemon().name("names").factory());

    /**
     * @param file where they are remembered; empty: in memory alone
     * @param changed called on the thread of the look-ups whenever a name has other addresses
     */
    public RememberedNames(Optional<Path> file, Lookup lookup, Runnable changed) {
        this.file = file;
        this.lookup = lookup;
        this.changed = changed;
        thread.allowCoreThreadTimeOut(true);
        file.ifPresent(this::read);
    }

    /** Names of the system, not remembered. */
    public static RememberedNames inMemory() {
        return new RememberedNames(Optional.empty(), InetAddress::getAllByName, () -> {});
    }

    @Override
    public synchronized List<InetAddress> known(String host) {
        Entry entry = entry(host);
        if (entry.addresses.isEmpty()) ask(host, entry);
        retry();
        return entry.addresses;
    }

    @Override
    public synchronized void refresh(String host) {
        ask(host, entry(host));
    }

    private Entry entry(String host) {
        Entry known = entries.get(host);
        if (known != null) return known;
        if (entries.size() >= MOST) entries.remove(entries.keySet().iterator().next());
        var fresh = new Entry();
        entries.put(host, fresh);
        return fresh;
    }

    private void ask(String host, Entry entry) {
        if (entry.asking
                || System.nanoTime() - entry.askAtNanos < 0
                || thread.getQueue().remainingCapacity() == 0) return;
        entry.asking = true;
        thread.execute(() -> look(host, entry));
    }

    private void look(String host, Entry entry) {
        Optional<List<InetAddress>> found;
        try {
            found = Optional.of(
                    Arrays.stream(lookup.of(host)).limit(MOST_ADDRESSES).toList());
        } catch (UnknownHostException e) {
            LOG.log(Level.DEBUG, "{0} is not found: {1}", host, e.getMessage());
            found = Optional.empty();
        }
        boolean different;
        synchronized (this) {
            entry.asking = false;
            entry.pause = found.isPresent() ? FIRST_PAUSE : longer(entry.pause);
            entry.askAtNanos = System.nanoTime() + (found.isPresent() ? FIRST_PAUSE : entry.pause).toNanos();
            different = found.isPresent() && !found.get().equals(entry.addresses);
            if (different) entry.addresses = found.get();
        }
        if (!different) return;
        file.ifPresent(this::write);
        changed.run();
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    private void read(Path from) {
        StateFile.read(from, MAX_BYTES, RememberedNames::parse)
                .orElse(Map.of())
                .forEach((host, addresses) -> entry(host).addresses = addresses);
    }

    private static Map<String, List<InetAddress>> parse(String text) {
        var parsed = new TreeMap<String, List<InetAddress>>();
        TYPE.fromJson(text)
                .forEach((host, addresses) -> parsed.put(
                        host, addresses.stream().map(Addresses::parse).toList()));
        return parsed;
    }

    private void write(Path to) {
        var texts = new TreeMap<String, List<String>>();
        synchronized (this) {
            entries.forEach((host, entry) -> {
                if (!entry.addresses.isEmpty())
                    texts.put(
                            host,
                            entry.addresses.stream()
                                    .map(InetAddress::getHostAddress)
                                    .toList());
            });
        }
        try {
            DurableFile.replace(to, TYPE.toJson(texts));
            written(to, Optional.empty());
        } catch (IOException e) {
            written(to, Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private synchronized void written(Path to, Optional<String> trouble) {
        if (trouble.isPresent() && !trouble.equals(unwritten))
            LOG.log(Level.WARNING, "not written, and tried again: {0}", trouble.get());
        if (trouble.isEmpty() && unwritten.isPresent()) LOG.log(Level.INFO, "{0} is written again", to);
        unwritten = trouble;
    }

    /** What could not be written is tried again while somebody wants to know. */
    private void retry() {
        boolean due = unwritten.isPresent() && System.nanoTime() - writeAtNanos >= 0;
        if (!due || thread.getQueue().remainingCapacity() == 0) return;
        writeAtNanos = System.nanoTime() + FIRST_PAUSE.toNanos();
        thread.execute(() -> file.ifPresent(this::write));
    }
}
