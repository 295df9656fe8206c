package org.wguplink.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.peer.PeerId;
import org.wguplink.openwrt.uci.UciException;
import org.wguplink.openwrt.uci.UciFile;

/** What a new node is called: {@code --peer-id}, else the configuration's {@code peer_id}, else the host's name. */
final class NodeName {
    private static final String CONFIG = "etc/config/wireguard-uplink";
    private static final String TYPE = "wireguard-uplink";

    private NodeName() {}

    static PeerId of(Session session) throws CliException, IOException {
        @Nullable String given = session.peerId();
        if (given != null) {
            try {
                return new PeerId(given);
            } catch (IllegalArgumentException e) {
                throw CliException.usage("--peer-id: " + e.getMessage());
            }
        }
        Optional<PeerId> configured = configured(session.root().resolve(CONFIG));
        return configured.isPresent()
                ? configured.get()
                : hostName(session.root().resolve("etc/hostname"));
    }

    private static Optional<PeerId> configured(Path file) throws CliException, IOException {
        if (!Files.exists(file)) return Optional.empty();
        try {
            UciFile config = UciFile.parse(file.toString(), Files.readString(file));
            for (var section : config.sections()) {
                Optional<String> name = section.option("peer_id");
                if (!section.type().equals(TYPE) || name.isEmpty()) continue;
                try {
                    return Optional.of(new PeerId(name.get()));
                } catch (IllegalArgumentException e) {
                    throw CliException.no(
                            file + ", line " + section.lineOf("peer_id") + ", option 'peer_id': " + e.getMessage());
                }
            }
            return Optional.empty();
        } catch (UciException e) {
            throw CliException.no(String.valueOf(e.getMessage()));
        }
    }

    private static PeerId hostName(Path file) throws CliException, IOException {
        String name = Files.exists(file) ? Files.readString(file).strip() : "";
        if (name.isEmpty()) throw CliException.usage("this node has no name (" + file + "): say --peer-id ID");
        try {
            return new PeerId(name);
        } catch (IllegalArgumentException e) {
            throw CliException.usage(file + ": " + e.getMessage() + "; say --peer-id ID");
        }
    }
}
