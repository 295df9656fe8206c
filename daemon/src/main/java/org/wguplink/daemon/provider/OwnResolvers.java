package org.wguplink.daemon.provider;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.wguplink.core.lease.Resolvers;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.loop.Loop;

/** Knows whom this machine asks for names on the internet; its consumers' queries are led there. Loop thread only. */
final class OwnResolvers {
    private static final Logger LOG = System.getLogger(OwnResolvers.class.getName());
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 64 * 1024;
    private static final String WORD = "nameserver";

    private final Loop loop;
    private final List<Path> files;
    private final Runnable changed;
    private List<InetAddress> known;
    private Set<InetAddress> chosen = Set.of();
    private Optional<String> chosenBehind = Optional.empty();
    private MonoTime readAt = EventLoop.now();

    /** @param files in the form of resolv.conf(5); the first one counts that names a resolver of another machine */
    OwnResolvers(Loop loop, List<Path> files, Runnable changed) {
        this.loop = loop;
        this.files = files;
        this.changed = changed;
        // before the first plan, which is then the one that an earlier run left
        known = read(files);
    }

    void tick(MonoTime now) {
        if (!readAt.isDue(now)) return;
        readAt = now.plus(PERIOD);
        loop.work(
                () -> read(files),
                found -> {
                    if (found.equals(known)) return;
                    known = found;
                    chosenBehind = Optional.empty();
                    changed.run();
                },
                e -> LOG.log(Level.WARNING, "resolvers: {0}", Failures.text(e)));
    }

    /**
     * One of each family at the most. The last ones stay while none is found: a WAN that is down takes its resolvers with
     * it, and brings them back. By another WAN than theirs public ones are asked: those of a provider answer its own customers
     * alone.
     *
     * @param lent the own WAN that consumers are given; empty while there is none
     * @param stated by the user, who knows better
     */
    Set<InetAddress> behind(Reach reach, Optional<String> lent, List<InetAddress> stated) {
        boolean named = !stated.isEmpty();
        Set<String> wans = lent.filter(_ -> !named).map(Set::of).orElse(reach.wans());
        Set<InetAddress> found = Resolvers.behind(named ? stated : known, reach.network(), wans);
        boolean elsewhere = !named && lent.isPresent() && chosenBehind.isPresent() && !chosenBehind.equals(lent);
        // when the first line's route is gone, its resolver seems to be behind the second
        if (elsewhere && (found.isEmpty() || found.equals(chosen))) return Resolvers.PUBLIC;
        if (!found.isEmpty()) {
            chosen = found;
            chosenBehind = lent.or(() -> chosenBehind);
        }
        return chosen;
    }

    static List<InetAddress> read(List<Path> files) {
        for (Path file : files) {
            List<InetAddress> named =
                    text(file).lines().flatMap(OwnResolvers::named).toList();
            if (!named.isEmpty()) return named;
        }
        return List.of();
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "resolvers: {0}", Failures.text(e));
            return "";
        }
    }

    /** One on this machine is of no use to others, nor is one by a scoped address. */
    private static Stream<InetAddress> named(String line) {
        String[] words = line.strip().split("\\s+", 3);
        if (words.length < 2 || !words[0].equals(WORD)) return Stream.empty();
        try {
            return Optional.of(Addresses.parse(words[1])).filter(Addresses::isHost).stream();
        } catch (IllegalArgumentException e) {
            return Stream.empty();
        }
    }
}
