package org.wguplink.lab.mover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Image;
import org.wguplink.lab.net.LabException;

/**
 * A program of a distribution's package: installed, or unpacked below {@code dist/packages}, so that no router daemon is
 * installed, and started, on this machine.
 *
 * @param file without the first slash
 */
record Program(String file, String distributionPackage) {
    /** The argument list that runs it. */
    List<String> with(String... args) throws IOException {
        List<String> all = new ArrayList<>();
        Path installed = Path.of("/").resolve(file);
        Path packages = Image.find().directory().resolveSibling("packages");
        Path unpacked = packages.resolve(file);
        if (Files.isExecutable(installed)) all.add(installed.toString());
        else if (Files.isExecutable(unpacked))
            all.addAll(
                    List.of("env", "LD_LIBRARY_PATH=" + libraries(packages.resolve("usr/lib")), unpacked.toString()));
        else
            throw new LabException(
                    "no program /%s; it is in the package %s of Debian".formatted(file, distributionPackage));
        all.addAll(List.of(args));
        return all;
    }

    /** The first line that it says when given {@code option}. */
    String version(String option) throws IOException {
        Command.Result said = Command.call(with(option), "");
        return (said.out() + said.err())
                .lines()
                .findFirst()
                .orElseThrow(() -> new LabException(file + " says nothing"));
    }

    /** Those of libraries, by architecture. */
    private static String libraries(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) return "";
        try (Stream<Path> all = Files.list(directory)) {
            return String.join(
                    ":", all.filter(Files::isDirectory).map(Path::toString).toList());
        }
    }
}
