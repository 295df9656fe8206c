package org.wguplink.daemon.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.linux.wireguard.WireGuardKeys;
import org.wguplink.mesh.store.DurableFile;

/** The WireGuard keys of this node, one file an interface, made on first use and kept (0600). They never leave the node. */
public record TunnelKeys(Path directory) {
    /** The key of an interface. */
    public WireGuardSecret of(String device) throws IOException {
        Path file = file(device);
        if (Files.exists(file)) {
            try {
                return WireGuardSecret.parse(Files.readString(file));
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ": " + e.getMessage());
            }
        }
        DurableFile.directory(directory);
        WireGuardSecret key = WireGuardKeys.generate();
        DurableFile.createSecret(file, key.base64() + "\n");
        return key;
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
