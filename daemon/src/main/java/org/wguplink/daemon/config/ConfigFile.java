package org.wguplink.daemon.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.wguplink.core.peer.PeerId;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.mesh.store.DurableFile;
import org.wguplink.openwrt.uci.UciException;
import org.wguplink.openwrt.uci.UciFile;
import org.wguplink.openwrt.uci.UciSection;
import org.wguplink.openwrt.uci.UciValue;

/**
 * Reads the configuration, and changes single options of it: every other byte stays as the user wrote it.
 *
 * <p>Others edit the file as well, and not all of them replace it in one go: a text counts only when it is found twice in
 * a row, so that a file that an editor has just emptied is not taken for an empty configuration; nor is one that stays
 * empty, because the disk was full when it was to be written.
 */
public final class ConfigFile {
    static final String MAIN = "wireguard-uplink";
    static final String MESH = "mesh";
    static final String PEER = "peer";
    static final String POLICY = "policy";
    private static final String MAIN_NAME = "uplink";
    private static final long MOST_BYTES = 1 << 20;
    private static final int ATTEMPTS = 10;
    private static final long PAUSE_MS = 20;

    private final Path path;
    /** What was taken in, or refused, last. */
    private Content seen = Content.NONE;
    /** Another text that was found once. */
    private Optional<Content> fresh = Optional.empty();

    private Optional<String> refusal = Optional.empty();
    private List<String> warnings = List.of();

    /** The text of the file; empty where there is no file. */
    private record Content(Optional<String> text) {
        static final Content NONE = new Content(Optional.empty());

        boolean isBlank() {
            return text.map(String::isBlank).orElse(true);
        }
    }

    /** What a look at the file found. */
    public sealed interface Look {
        /** Nothing new. */
        record Unchanged() implements Look {}

        /** Somebody has edited it: this is in force from now on. */
        record Changed(Config config) implements Look {}

        /** It cannot be used, and what was in force stays so. Said once. */
        record Refused(String why) implements Look {}
    }

    public ConfigFile(Path path) {
        this.path = path;
    }

    /** Reads the file as it is now; one that is not there is an empty one. */
    public Config read() throws ConfigException, IOException {
        seen = content();
        return accept(parse(seen));
    }

    /** Looks whether somebody else has changed the file; a change is taken in with the second look that finds it. */
    public Look look() {
        Content now;
        try {
            now = content();
        } catch (IOException e) {
            return refuse(Failures.text(e));
        }
        if (now.equals(seen)) {
            fresh = Optional.empty();
            return new Look.Unchanged();
        }
        if (!fresh.equals(Optional.of(now))) {
            fresh = Optional.of(now);
            return new Look.Unchanged();
        }
        if (now.isBlank() && !seen.isBlank()) return refuse(gone());
        seen = now;
        try {
            return new Look.Changed(accept(parse(now)));
        } catch (ConfigException e) {
            return refuse(Failures.text(e));
        }
    }

    /** Whether a change was found that the next {@link #look} takes in, unless it goes on. */
    public boolean changing() {
        return fresh.isPresent();
    }

    /** Why the file is not in force, which what was in force before stays; empty when it is. */
    public Optional<String> trouble() {
        return refusal.map(why -> "not in force: " + why);
    }

    /** What in the configuration in force means nothing, for people, a line each. */
    public List<String> warnings() {
        return warnings;
    }

    /** Sets an option of the main section. */
    public Config setMain(String option, String value) throws ConfigException, IOException {
        return edit(uci -> {
            Optional<UciSection> main = uci.ofType(MAIN).findFirst();
            if (main.isEmpty()) return uci.withSection(MAIN, MAIN_NAME, Map.of(option, UciValue.of(value)));
            return uci.withOption(main.get().name().orElse("@" + MAIN + "[0]"), option, value);
        });
    }

    /** Adds a peer, or changes the weight of one. */
    public Config putPeer(PeerId peer, int weight) throws ConfigException, IOException {
        return edit(uci -> {
            Optional<String> section = sectionOf(uci, peer);
            String text = Integer.toString(weight);
            if (section.isPresent()) return uci.withOption(section.get(), "weight", text);
            return uci.withSection(
                    PEER,
                    newSectionName(uci, peer),
                    new TreeMap<>(Map.of("peer_id", UciValue.of(peer.value()), "weight", UciValue.of(text))));
        });
    }

    public Config removePeer(PeerId peer) throws ConfigException, IOException {
        return edit(uci -> sectionOf(uci, peer).map(uci::withoutSection).orElse(uci));
    }

    /** Edits what is there at this moment; when somebody else has changed it meanwhile, the edit is made again on that. */
    Config edit(UnaryOperator<UciFile> change) throws ConfigException, IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Content before = settled();
            if (before.isBlank() && !seen.isBlank()) throw new ConfigException(gone());
            Content after =
                    new Content(Optional.of(change.apply(parse(before).uci()).text()));
            Parsed parsed = parse(after);
            if (!write(before, after.text.orElseThrow())) continue;
            seen = after;
            return accept(parsed);
        }
        throw new IOException(path + ": others change it at the same time; try again");
    }

    private boolean write(Content before, String text) throws IOException {
        if (before.text.isPresent())
            return DurableFile.replaceIf(
                    path.toRealPath(), text, () -> content().equals(before));
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) Files.createDirectories(directory);
        DurableFile.replace(path, text);
        return true;
    }

    /** The text, once an edit of somebody else that is under way is over. */
    private Content settled() throws IOException {
        Content last = seen;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Content now = content();
            if (now.equals(last)) break;
            last = now;
            try {
                Thread.sleep(PAUSE_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        return last;
    }

    private Content content() throws IOException {
        try {
            if (Files.size(path) > MOST_BYTES)
                throw new IOException(
                        "%s: %d bytes; expected %d at most".formatted(path, Files.size(path), MOST_BYTES));
            return new Content(Optional.of(Files.readString(path)));
        } catch (NoSuchFileException e) {
            return Content.NONE;
        } catch (CharacterCodingException e) {
            throw new IOException(path + ": found bytes that are no UTF-8; expected UTF-8 text", e);
        }
    }

    private record Parsed(UciFile uci, ConfigReader.Reading reading) {}

    private Parsed parse(Content content) throws ConfigException {
        try {
            UciFile uci = UciFile.parse(path.toString(), content.text.orElse(""));
            return new Parsed(uci, ConfigReader.read(path.toString(), uci));
        } catch (UciException e) {
            throw new ConfigException(Failures.text(e));
        }
    }

    private Config accept(Parsed parsed) {
        fresh = Optional.empty();
        refusal = Optional.empty();
        warnings = parsed.reading.warnings();
        return parsed.reading.config();
    }

    private Look refuse(String why) {
        fresh = Optional.empty();
        boolean known = refusal.equals(Optional.of(why));
        refusal = Optional.of(why);
        return known ? new Look.Unchanged() : new Look.Refused(why);
    }

    private String gone() {
        return "%s: found nothing; expected the text that was there: put it back, or start uplinkd anew without it"
                .formatted(path);
    }

    /** The peer's section, by its name, or by its place when it has none. */
    private static Optional<String> sectionOf(UciFile uci, PeerId peer) {
        List<UciSection> peers = uci.ofType(PEER).toList();
        for (int i = 0; i < peers.size(); i++) {
            UciSection section = peers.get(i);
            if (section.option("peer_id").or(section::name).equals(Optional.of(peer.value())))
                return Optional.of(section.name().orElse("@%s[%d]".formatted(PEER, i)));
        }
        return Optional.empty();
    }

    /** A section name may hold letters, digits and underscores only, and two peer ids may differ in nothing else. */
    private static String newSectionName(UciFile uci, PeerId peer) {
        String base = "peer_" + peer.value().replaceAll("[^A-Za-z0-9_]", "_");
        String name = base;
        for (int i = 2; uci.section(name).isPresent(); i++) name = base + "_" + i;
        return name;
    }
}
