package org.wguplink.mesh.identity;

import io.avaje.json.JsonException;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.store.DurableFile;

/** This node: its peer id and its key, in {@code identity.json} and {@code identity.key}. */
public final class Identity implements Signer {
    public static final String KEY_FILE = "identity.key";
    public static final String ABOUT_FILE = "identity.json";

    private static final Jsonb JSONB = Jsonb.builder().build();
    private static final int MAX_BYTES = 4096;

    private final PeerId peerId;
    private final KeyFile file;

    private Identity(PeerId peerId, KeyFile file) {
        this.peerId = peerId;
        this.file = file;
    }

    /** What {@code identity.json} holds, for people and for {@code wgctl}. */
    @Json(naming = Json.Naming.LowerUnderscore)
    record About(@Nullable String peerId, @Nullable String publicKey) {}

    /**
     * Makes a key for a new node.
     *
     * @throws java.nio.file.FileAlreadyExistsException when the directory holds a key already; it is left as it is
     */
    public static Identity create(Path dir, PeerId peerId) throws IOException {
        DurableFile.directory(dir);
        KeyFile file = KeyFile.create(dir.resolve(KEY_FILE));
        var about = new About(peerId.value(), file.key().text());
        DurableFile.replace(dir.resolve(ABOUT_FILE), JSONB.toJsonPretty(about) + "\n");
        return new Identity(peerId, file);
    }

    /** The node's identity, or empty when it has none yet. */
    public static Optional<Identity> load(Path dir) throws IOException, IdentityException {
        Optional<KeyFile> file = KeyFile.load(dir.resolve(KEY_FILE));
        if (file.isEmpty()) return Optional.empty();
        Path aboutFile = dir.resolve(ABOUT_FILE);
        if (!Files.exists(aboutFile))
            throw new IdentityException("%s: missing, though %s is there".formatted(aboutFile, KEY_FILE));
        return Optional.of(new Identity(peerId(aboutFile, file.get().key()), file.get()));
    }

    public PeerId peerId() {
        return peerId;
    }

    @Override
    public NodeKey key() {
        return file.key();
    }

    @Override
    public byte[] sign(byte[] content) {
        return file.sign(content);
    }

    @Override
    public String toString() {
        return "Identity(%s, %s)".formatted(peerId, key().fingerprint());
    }

    private static PeerId peerId(Path aboutFile, NodeKey key) throws IOException, IdentityException {
        try {
            About about = JSONB.type(About.class).fromJson(DurableFile.read(aboutFile, MAX_BYTES));
            if (about == null || about.peerId() == null) throw new IdentityException(aboutFile + ": no 'peer_id'");
            if (!key.text().equals(about.publicKey()))
                throw new IdentityException("%s: its 'public_key' is not that of %s".formatted(aboutFile, KEY_FILE));
            return new PeerId(about.peerId());
        } catch (JsonException | IllegalStateException | IllegalArgumentException e) {
            throw new IdentityException("%s: expected {\"peer_id\", \"public_key\"}".formatted(aboutFile));
        }
    }
}
