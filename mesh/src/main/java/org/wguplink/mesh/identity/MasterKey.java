package org.wguplink.mesh.identity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.wguplink.mesh.store.DurableFile;

/** The key that signs the roster, in {@code master.key}; only the master's node holds it. */
public final class MasterKey implements Signer {
    public static final String KEY_FILE = "master.key";

    private final KeyFile file;

    private MasterKey(KeyFile file) {
        this.file = file;
    }

    /** @throws java.nio.file.FileAlreadyExistsException when the directory holds a master key already */
    public static MasterKey create(Path dir) throws IOException {
        DurableFile.directory(dir);
        return new MasterKey(KeyFile.create(dir.resolve(KEY_FILE)));
    }

    /** The master key, or empty when this node is not the master. */
    public static Optional<MasterKey> load(Path dir) throws IOException, IdentityException {
        return KeyFile.load(dir.resolve(KEY_FILE)).map(MasterKey::new);
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
        return "MasterKey(%s)".formatted(key().fingerprint());
    }
}
