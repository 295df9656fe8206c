package org.wguplink.control;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of this build, of daemon and cli alike: Maven's, written into a resource. */
public final class Version {
    private static final int LONGEST = 64;

    private Version() {}

    /** Such as {@code 0.1.0}. */
    public static String text() {
        try (InputStream in = Version.class.getResourceAsStream("version")) {
            if (in == null) throw new IllegalStateException("this build has no version");
            String version = new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8);
            int suffix = version.indexOf("-SNAPSHOT");
            return suffix < 0 ? version : version.substring(0, suffix);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
