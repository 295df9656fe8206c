package org.wguplink.lab.inet;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.wguplink.lab.net.LabException;

/** Threads of this process that live in another network namespace. */
public final class InNamespace {
    private static final int CLOCK_PRIORITY = 10;

    /** Work that opens sockets. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    private InNamespace() {}

    /** Does {@code work} in the namespace. Sockets that it opens belong there, whichever thread uses them later. */
    public static <T> T call(String namespace, Work<T> work) throws IOException {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("in " + namespace).start(() -> {
            try {
                LinuxCalls.enterNetwork(namespace);
                result.complete(work.run());
            } catch (IOException | RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("in " + namespace).initCause(e);
        } catch (ExecutionException e) {
            throw new LabException("in namespace %s: %s".formatted(namespace, e.getCause()), e);
        }
    }

    /** Starts a thread in the namespace, ahead of ordinary threads where the machine permits it. */
    public static Thread startClock(String namespace, String name, Runnable work) throws IOException {
        CompletableFuture<Boolean> entered = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                LinuxCalls.enterNetwork(namespace);
                entered.complete(LinuxCalls.runFirst(CLOCK_PRIORITY));
            } catch (LabException | RuntimeException | Error e) {
                entered.completeExceptionally(e);
                return;
            }
            work.run();
        });
        try {
            entered.join();
            return thread;
        } catch (java.util.concurrent.CompletionException e) {
            throw new LabException("in namespace %s: %s".formatted(namespace, e.getCause()), e);
        }
    }
}
