package org.wguplink.linux.wireguard;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.linux.loop.Urgency;

/** The program wireguard-go: finds it, starts it apart from us, and kills it where it hangs. */
final class WireGuardGo {
    private static final List<Path> DIRECTORIES =
            List.of(Path.of("/usr/bin"), Path.of("/usr/sbin"), Path.of("/usr/local/bin"));
    private static final String NAME = "wireguard-go";
    private static final long START_SECONDS = 10;

    /**
     * Starts a process for a new interface, and returns when it is in the background. Without LOG_LEVEL it opens /dev/null
     * for all three of its streams; setsid(1) puts it into a session of its own, so that no signal to our process group
     * or terminal reaches it.
     */
    void start(String device) throws IOException, TunnelException {
        var command = new ArrayList<String>();
        find("setsid").ifPresent(setsid -> command.add(setsid.toString()));
        command.add(find(NAME)
                .orElseThrow(() -> new TunnelException(("%s: this kernel has no WireGuard, and wireguard-go is not"
                                + " installed; load the module 'wireguard', or install the package wireguard-go")
                        .formatted(device)))
                .toString());
        command.add(device);
        var builder = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("WG_") || name.equals("LOG_LEVEL"));
        Process process = Urgency.startCarrier(builder);
        try {
            if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new TunnelException("%s: wireguard-go does not start".formatted(device));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new TunnelException("%s: interrupted".formatted(device), e);
        }
        // it says little, and has ended: what is there is all, and a process that holds the pipe is not waited for
        String output = new String(
                process.getInputStream().readNBytes(process.getInputStream().available()), StandardCharsets.UTF_8);
        if (process.exitValue() != 0)
            throw new TunnelException(
                    "%s: wireguard-go ended with %d: %s".formatted(device, process.exitValue(), withoutBanner(output)));
        var groups = ControlGroups.ofThisProcess();
        processes(device).forEach(daemon -> groups.shelter(daemon.pid()));
    }

    /** Kills the process of an interface that is deleted. */
    void kill(String device) {
        processes(device).forEach(ProcessHandle::destroyForcibly);
    }

    /** Whether a process serves that interface here, or has not quite ended. */
    boolean runs(String device) {
        return processes(device).findAny().isPresent();
    }

    private static Stream<ProcessHandle> processes(String device) {
        return ProcessHandle.allProcesses().filter(process -> isOf(process.info(), device) && isHere(process));
    }

    /** Other network namespaces may have an interface of the same name. */
    private static boolean isHere(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/%d/ns/net".formatted(process.pid())))
                    .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isOf(ProcessHandle.Info info, String device) {
        boolean program = info.command().map(Path::of).map(Path::getFileName).stream()
                .anyMatch(file -> file.toString().equals(NAME));
        boolean argument = info.arguments().stream().anyMatch(a -> a.length == 1 && a[0].equals(device));
        return program && argument;
    }

    private static Optional<Path> find(String program) {
        return DIRECTORIES.stream()
                .map(directory -> directory.resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Without the frame that recommends the kernel's own WireGuard. */
    private static String withoutBanner(String output) {
        return String.join(
                "; ",
                output.lines()
                        .filter(line -> !line.isBlank() && "┌│└".indexOf(line.charAt(0)) < 0)
                        .toList());
    }
}
