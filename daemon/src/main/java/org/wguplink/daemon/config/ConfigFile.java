package org.wguplink.daemon.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.wguplink.core.peer.PeerId;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.mesh.store.DurableFile;
import org.wguplink.openwrt.uci.UciException;
import org.wguplink.openwrt.uci.UciFile;
import org.wguplink.openwrt.uci.UciSection;
import org.wguplink.openwrt.uci.UciValue;

/** Reads the configuration, and changes single options of it: every other byte stays as the user wrote it. */
public final class ConfigFile {
    static final String MAIN = "wireguard-uplink";
    static final String MESH = "mesh";
    static final String PEER = "peer";
    private static final String MAIN_NAME = "uplink";

    private final Path path;
    private Optional<FileTime> lastModified = Optional.empty();

    public ConfigFile(Path path) {
        this.path = path;
    }

    public Config read() throws ConfigException, IOException {
        lastModified = modified();
        return ConfigReader.read(path.toString(), uci());
    }

    /** Reads the file when somebody else has changed it since it was last read or written here. */
    public Optional<Config> readIfChanged() throws ConfigException, IOException {
        return modified().equals(lastModified) ? Optional.empty() : Optional.of(read());
    }

    private Optional<FileTime> modified() throws IOException {
        return Files.exists(path) ? Optional.of(Files.getLastModifiedTime(path)) : Optional.empty();
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
                    Map.of("peer_id", UciValue.of(peer.value()), "weight", UciValue.of(text)));
        });
    }

    public Config removePeer(PeerId peer) throws ConfigException, IOException {
        return edit(uci -> sectionOf(uci, peer).map(uci::withoutSection).orElse(uci));
    }

    private Config edit(UnaryOperator<UciFile> change) throws ConfigException, IOException {
        UciFile next = change.apply(uci());
        Config config = ConfigReader.read(path.toString(), next);
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) Files.createDirectories(directory);
        if (Files.exists(path)) DurableFile.replace(path, next.text(), Files.getPosixFilePermissions(path));
        else DurableFile.replace(path, next.text());
        lastModified = modified();
        return config;
    }

    /** A file that is not there is an empty one. */
    private UciFile uci() throws ConfigException, IOException {
        try {
            return UciFile.parse(path.toString(), Files.exists(path) ? Files.readString(path) : "");
        } catch (UciException e) {
            throw new ConfigException(Failures.text(e));
        }
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
