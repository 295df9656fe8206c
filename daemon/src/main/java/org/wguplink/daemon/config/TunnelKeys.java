package org.wguplink.daemon.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.linux.wireguard.WireGuardKeys;
import org.wguplink.mesh.store.DurableFile;

/** The WireGuard keys of this node, one file an interface, made on first use and kept (0600). They never leave the node. */
public record TunnelKeys(Path directory) {
    private static final int MAX_BYTES = 1024;

    /**
     * The key of an interface.
     *
     * @throws IOException also when others than its owner may read or write the file: such a key is not used
     */
    public WireGuardSecret of(String device) throws IOException {
        Path file = file(device);
        if (Files.exists(file)) return read(file);
        DurableFile.directory(directory);
        WireGuardSecret key = WireGuardKeys.generate();
        DurableFile.createSecret(file, key.base64() + "\n");
        return key;
    }

    private static WireGuardSecret read(Path file) throws IOException {
        Optional<String> exposed = DurableFile.exposed(file);
        if (exposed.isPresent()) throw new IOException(exposed.get());
        try {
            return WireGuardSecret.parse(DurableFile.read(file, MAX_BYTES));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage());
        }
    }

    /** Another key for an interface, in the place of the one that it may have. */
    public WireGuardSecret renew(String device) throws IOException {
        DurableFile.directory(directory);
        WireGuardSecret key = WireGuardKeys.generate();
        DurableFile.replace(file(device), key.base64() + "\n", DurableFile.OWNER_ONLY);
        return key;
    }

    private Path file(String device) {
        return directory.resolve(device + ".key");
    }
}
