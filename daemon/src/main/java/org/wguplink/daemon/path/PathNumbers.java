package org.wguplink.daemon.path;

import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.route.Layout;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.mesh.store.DurableFile;
import org.wguplink.mesh.store.StateFile;

/**
 * The path number of each own WAN, from 1 on, and of each uplink, from 2 on, up to {@link Layout#MAX_PATH}. A number is a
 * mark on connections that outlive the daemon, so it is kept on disk, and given to another path only after the first was
 * removed. An uplink by which some traffic always leaves has a second one, of the connections that stay with it.
 */
public final class PathNumbers {
    private static final Logger LOG = System.getLogger(PathNumbers.class.getName());
    private static final JsonType<Map<String, Integer>> TYPE =
            Jsonb.builder().build().type(Integer.class).map();

    /** What the name of an own WAN begins with in the file; no peer id has a colon. */
    private static final String WAN = "wan:";

    /** The same of the second number of an uplink. */
    private static final String FIXED = "fixed:";

    private static final int FIRST_UPLINK = 2;
    private static final int MAX_BYTES = 64 * 1024;

    private final Path file;
    private final Map<String, Integer> numbers = new TreeMap<>();
    private Optional<String> trouble = Optional.empty();

    public PathNumbers(Path file) {
        this.file = file;
        StateFile.read(file, MAX_BYTES, TYPE::fromJson).orElse(Map.of()).forEach((peer, number) -> {
            boolean usable = number != null && number >= first(peer) && number <= Layout.MAX_PATH;
            if (usable && !numbers.containsValue(number)) numbers.put(peer, number);
        });
    }

    /** The peer's number; empty when all are given away. */
    public Optional<Integer> of(PeerId peer) {
        return of(peer.value());
    }

    /** The peer's number; when all are given away, that of an idle peer, which is {@code freed} before. */
    public Optional<Integer> of(PeerId peer, Predicate<PeerId> idle, IntConsumer freed) {
        return of(peer).or(() -> {
            Optional<PeerId> other = peers().stream().filter(idle).findFirst();
            other.flatMap(this::of).ifPresent(freed::accept);
            other.ifPresent(this::free);
            return other.flatMap(p -> of(peer));
        });
    }

    /** The number of an own WAN; empty when all are given away. */
    public Optional<Integer> ofWan(String device) {
        return of(WAN + device);
    }

    /** The second number of a peer's uplink; empty when all are given away. */
    public Optional<Integer> ofFixed(PeerId peer) {
        return of(FIXED + peer.value());
    }

    private Optional<Integer> of(String name) {
        Integer known = numbers.get(name);
        if (known != null) return Optional.of(known);
        for (int number = first(name); number <= Layout.MAX_PATH; number++)
            if (!numbers.containsValue(number)) {
                numbers.put(name, number);
                save();
                return Optional.of(number);
            }
        return Optional.empty();
    }

    private static int first(String name) {
        return name.startsWith(WAN) ? 1 : FIRST_UPLINK;
    }

    /** The peers that have a number. */
    public List<PeerId> peers() {
        return numbers.keySet().stream()
                .filter(name -> name.indexOf(':') < 0)
                .map(PeerId::new)
                .toList();
    }

    /** The peers that have a second number. */
    public List<PeerId> fixed() {
        return numbers.keySet().stream()
                .filter(name -> name.startsWith(FIXED))
                .map(name -> new PeerId(name.substring(FIXED.length())))
                .toList();
    }

    public void freeFixed(PeerId peer) {
        if (numbers.remove(FIXED + peer.value()) != null) save();
    }

    public void free(PeerId peer) {
        if (numbers.remove(peer.value()) != null) save();
    }

    public void freeWan(String device) {
        if (numbers.remove(WAN + device) != null) save();
    }

    /** The devices that have a number as an own WAN. */
    public List<String> wans() {
        return numbers.keySet().stream()
                .filter(name -> name.startsWith(WAN))
                .map(name -> name.substring(WAN.length()))
                .toList();
    }

    /** Writes what could not be written before. */
    public void retry() {
        if (trouble.isPresent()) save();
    }

    private void save() {
        try {
            DurableFile.replace(file, TYPE.toJson(numbers));
            if (trouble.isPresent()) LOG.log(Level.INFO, "{0} is written again", file);
            trouble = Optional.empty();
        } catch (IOException e) {
            String why = Failures.text(e);
            if (!trouble.equals(Optional.of(why))) LOG.log(Level.WARNING, "not written, and tried again: {0}", why);
            trouble = Optional.of(why);
        }
    }
}
