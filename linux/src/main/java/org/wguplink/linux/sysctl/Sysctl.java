package org.wguplink.linux.sysctl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Kernel parameters. As in sysctl(8) the first separator of a key decides: {@code net/ipv4/conf/eth0.100/rp_filter} is a
 * path; in {@code net.ipv4.conf.eth0/100.rp_filter} a slash stands for a dot within a name.
 */
public final class Sysctl {
    private final Path root;

    public Sysctl() {
        this(Path.of("/proc/sys"));
    }

    /** @param root where the parameters are, as files */
    public Sysctl(Path root) {
        this.root = root;
    }

    /** A key with a device in it, whatever characters the device's name has: {@code ("net/ipv4/conf", "a.b", "mtu")}. */
    public static String ofDevice(String directory, String device, String parameter) {
        return "%s/%s/%s".formatted(directory.replace('.', '/'), device, parameter);
    }

    /** Without the line's end; empty when the kernel has no such parameter. */
    public Optional<String> read(String key) throws IOException {
        try {
            return Optional.of(
                    Files.readString(path(key), StandardCharsets.UTF_8).strip());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    public void write(String key, String value) throws IOException {
        try {
            // one write(2), without truncation or creation: the kernel takes a value whole
            Files.writeString(path(key), value, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("set %s to '%s': %s".formatted(key, value, e.getMessage()), e);
        }
    }

    Path path(String key) {
        int dot = key.indexOf('.');
        int slash = key.indexOf('/');
        boolean dotted = dot >= 0 && (slash < 0 || dot < slash);
        Path path = root.resolve(dotted ? swapped(key) : key).normalize();
        if (key.isEmpty() || key.startsWith("/") || !path.startsWith(root) || path.equals(root))
            throw new IllegalArgumentException("'%s' is not the name of a kernel parameter".formatted(key));
        return path;
    }

    private static String swapped(String key) {
        return key.replace('/', '\0').replace('.', '/').replace('\0', '.');
    }
}
