package org.wguplink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Expected output as files; {@code -Dgolden=update} writes them anew. */
final class Golden {
    private static final Path DIRECTORY = Path.of("src/test/resources/golden");

    private Golden() {}

    static void check(String name, String text) throws IOException {
        Path file = DIRECTORY.resolve(name + ".txt");
        if ("update".equals(System.getProperty("golden"))) Files.writeString(file, text);
        assertThat(text).as("%s; -Dgolden=update rewrites it", file).isEqualTo(Files.readString(file));
        if (name.startsWith("completion")) return;
        assertThat(text.lines()).as(name).allMatch(line -> line.length() <= Text.WIDTH, "at most 80 columns");
        assertThat(text.lines()).as(name).noneMatch(line -> line.endsWith(" "));
    }
}
