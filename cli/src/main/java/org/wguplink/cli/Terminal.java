package org.wguplink.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The process's surroundings, passed in so that tests have their own.
 *
 * @param asks whether there is a person to ask: standard input and error are a terminal
 * @param outIsTerminal whether a person reads the output
 */
record Terminal(
        Map<String, String> env,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean asks,
        boolean outIsTerminal) {
    private static final int BUFFER = 8192;

    /** Always UTF-8: in the C locale, which routers run in, Java would write '?'. */
    static Terminal ofProcess() {
        return new Terminal(
                System.getenv(),
                new FileInputStream(FileDescriptor.in),
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                isTerminal(0) && isTerminal(2),
                isTerminal(1));
    }

    boolean colour() {
        String none = env.get("NO_COLOR");
        return outIsTerminal && (none == null || none.isEmpty()) && !"dumb".equals(env.get("TERM"));
    }

    /** Whether escape sequences move the cursor. */
    boolean movesCursor() {
        String kind = env.get("TERM");
        return outIsTerminal && kind != null && !kind.isEmpty() && !kind.equals("dumb");
    }

    /** Writes what is left, and tells whether output did not get where it should. A pipe that nobody reads any more is no loss: its reader had enough. */
    boolean outputIsLost() {
        return out.checkError() && !isPipe(1);
    }

    /** Asks on standard error, so that redirected output stays clean; anything but y or yes is no. */
    boolean confirms(String question) throws IOException {
        err.print(question + " [y/N] ");
        err.flush();
        var answer = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n' && answer.length() < 80; c = in.read()) answer.append((char) c);
        String word = answer.toString().trim();
        return word.equalsIgnoreCase("y") || word.equalsIgnoreCase("yes");
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new java.io.BufferedOutputStream(new FileOutputStream(descriptor), BUFFER),
                false,
                StandardCharsets.UTF_8);
    }

    private static boolean isPipe(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("pipe:") || target.startsWith("socket:");
        } catch (IOException | RuntimeException e) {
            return true; // not known: better silent than wrong
        }
    }

    /** Asks /proc: {@code System.console()} tells of input and output only together. */
    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | RuntimeException e) {
            return false; // no /proc: nobody to ask, no colours
        }
    }
}
