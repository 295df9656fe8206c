package org.wguplink.lab.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Runs programs by argument list; there is no shell between. */
public final class Command {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** How a program ended. */
    public record Result(List<String> args, int exit, String out, String err) {
        /** The output; a {@link LabException} with all there is to know unless the program succeeded. */
        public String orThrow() throws LabException {
            if (exit != 0)
                throw new LabException("%s: exit %d\n%s%s".formatted(String.join(" ", args), exit, out, err));
            return out;
        }
    }

    private Command() {}

    /** Output of a program that must succeed. */
    public static String run(List<String> args) throws IOException {
        return call(args, "").orThrow();
    }

    /** The same, given {@code stdin}. */
    public static String run(List<String> args, String stdin) throws IOException {
        return call(args, stdin).orThrow();
    }

    /** Runs a program to its end, whatever its exit status; a minute at most. */
    public static Result call(List<String> args, String stdin) throws IOException {
        Process process = new ProcessBuilder(args).start();
        CompletableFuture<String> out = read(process.getInputStream());
        CompletableFuture<String> err = read(process.getErrorStream());
        try {
            write(process, stdin);
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                throw new LabException("%s: not done after %d s".formatted(String.join(" ", args), LIMIT.toSeconds()));
            return new Result(List.copyOf(args), process.exitValue(), out.get(), err.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException(String.join(" ", args)).initCause(e);
        } catch (ExecutionException e) {
            throw new LabException("cannot read what %s says".formatted(args.getFirst()), e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** A program that ended early does not read its input: its exit status says why, not our broken pipe. */
    private static void write(Process process, String stdin) throws IOException {
        try (OutputStream to = process.getOutputStream()) {
            to.write(stdin.getBytes(UTF_8));
        } catch (IOException e) {
            if (process.isAlive()) throw e;
        }
    }

    private static CompletableFuture<String> read(InputStream from) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (from) {
                text.complete(new String(from.readAllBytes(), UTF_8));
            } catch (IOException e) {
                text.completeExceptionally(new UncheckedIOException(e));
            }
        });
        return text;
    }
}
