package org.wguplink.lab.net;

import java.nio.file.Files;
import java.nio.file.Path;

/** The runtime image under test: system property {@value #PROPERTY}, {@code dist/image} by default. */
public record Image(Path directory) {
    public static final String PROPERTY = "wguplink.image";

    public static Image find() {
        return new Image(Path.of(System.getProperty(PROPERTY, "dist/image")).toAbsolutePath());
    }

    public boolean isBuilt() {
        return Files.isExecutable(program("uplinkd")) && Files.isExecutable(program("wgctl"));
    }

    public Path uplinkd() throws LabException {
        return existing("uplinkd");
    }

    public Path wgctl() throws LabException {
        return existing("wgctl");
    }

    private Path existing(String name) throws LabException {
        Path program = program(name);
        if (!Files.isExecutable(program))
            throw new LabException("no program %s; build the image first, or say where it is with -D%s=DIR"
                    .formatted(program, PROPERTY));
        return program;
    }

    private Path program(String name) {
        return directory.resolve("bin").resolve(name);
    }
}
