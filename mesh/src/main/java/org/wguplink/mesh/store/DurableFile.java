package org.wguplink.mesh.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** Small files that are the old or the new one at any moment: keys, roster, configuration, state. */
public final class DurableFile {
    /** Mode 0600. */
    public static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** Bits of a mode (inode(7)): all permissions, and those of group and others. */
    private static final int PERMISSIONS = 07777;

    private static final int OTHERS = 0077;

    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> PUBLIC = PosixFilePermissions.fromString("rw-r--r--");

    private DurableFile() {}

    /** Makes the directory (mode 0700) when it is missing; one that exists keeps its mode. */
    public static void directory(Path dir) throws IOException {
        if (Files.isDirectory(dir)) return;
        Path parent = dir.toAbsolutePath().getParent();
        if (parent != null) Files.createDirectories(parent);
        Files.createDirectory(dir, PosixFilePermissions.asFileAttribute(OWNER));
    }

    /**
     * Creates a file of mode 0600; it never exists with another mode.
     *
     * @throws FileAlreadyExistsException when there is one already; it is left as it is
     */
    public static void createSecret(Path file, String text) throws IOException {
        Path temporary = temporary(file, text, OWNER_ONLY, true);
        try {
            Files.createLink(file, temporary); // unlike rename, fails when the name is taken
        } finally {
            Files.deleteIfExists(temporary);
        }
        flushDirectory(file);
    }

    /** Writes or replaces a file of mode 0644. */
    public static void replace(Path file, String text) throws IOException {
        replace(file, text, PUBLIC);
    }

    /** Writes or replaces a file; it is the old or the new one at any moment, also after a power cut. */
    public static void replace(Path file, String text, Set<PosixFilePermission> mode) throws IOException {
        move(temporary(file, text, mode, true), file);
        flushDirectory(file);
    }

    /** What must still be true for a file to be replaced. */
    public interface Condition {
        boolean holds() throws IOException;
    }

    /**
     * Replaces a file that is there, which keeps its mode and owner, if the condition holds at the last moment before.
     *
     * @return whether it did; else nothing is changed
     */
    public static boolean replaceIf(Path file, String text, Condition condition) throws IOException {
        var old = Files.readAttributes(file, PosixFileAttributes.class);
        Path temporary = temporary(file, text, old.permissions(), true);
        try {
            own(temporary, old);
            if (!condition.holds()) return false;
            move(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
        flushDirectory(file);
        return true;
    }

    private static void own(Path file, PosixFileAttributes as) throws IOException {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        PosixFileAttributes now = view.readAttributes();
        if (!now.owner().equals(as.owner())) view.setOwner(as.owner());
        if (!now.group().equals(as.group())) view.setGroup(as.group());
    }

    /** Writes or replaces a file of mode 0644 that need not survive a power cut: the old or the new one, but not synced. */
    public static void exchange(Path file, String text) throws IOException {
        move(temporary(file, text, PUBLIC, false), file);
    }

    private static void move(Path temporary, Path file) throws IOException {
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Reads a file of UTF-8 text.
     *
     * @param maxBytes a longer file is refused unread
     */
    public static String read(Path file, int maxBytes) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes)
                throw new IOException("%s: longer than the %d bytes expected".formatted(file, maxBytes));
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** What is wrong with the mode of a secret, for the user; empty when nobody but its owner may read or write it. */
    public static Optional<String> exposed(Path file) throws IOException {
        int mode = (int) Files.getAttribute(file, "unix:mode") & PERMISSIONS;
        if ((mode & OTHERS) == 0) return Optional.empty();
        return Optional.of("%s: found mode %04o, by which others than its owner may read or write it; expected 0600"
                        .formatted(file, mode)
                + " (chmod 600), and a new key if it was exposed");
    }

    private static Path temporary(Path file, String text, Set<PosixFilePermission> mode, boolean sync)
            throws IOException {
        Path dir = file.toAbsolutePath().getParent();
        if (dir == null) throw new IOException(file + " has no directory");
        try {
            return written(dir, file, text, mode, sync);
        } catch (IOException e) {
            throw named(file, e);
        }
    }

    private static Path written(Path dir, Path file, String text, Set<PosixFilePermission> mode, boolean sync)
            throws IOException {
        // created 0600 by createTempFile whatever the umask; only then widened
        Path temporary = Files.createTempFile(dir, "." + file.getFileName(), ".tmp");
        try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) channel.write(bytes);
            Files.setPosixFilePermissions(temporary, mode);
            if (sync) channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        return temporary;
    }

    /** The failure as one of the file that was meant: Java says "No space left on device", or the temporary name. */
    private static IOException named(Path file, IOException failure) {
        IOException named = switch (failure) {
            case AccessDeniedException e -> new AccessDeniedException(file.toString());
            case NoSuchFileException e -> new NoSuchFileException(file.toString());
            case FileSystemException e -> new FileSystemException(file.toString(), null, e.getReason());
            default -> new FileSystemException(file.toString(), null, failure.getMessage());
        };
        named.initCause(failure);
        return named;
    }

    private static void flushDirectory(Path file) throws IOException {
        Path dir = file.toAbsolutePath().getParent();
        if (dir == null) return;
        try (var channel = FileChannel.open(dir, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
