package org.wguplink.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Method;
import org.wguplink.control.Notification;
import org.wguplink.control.Params;
import org.wguplink.control.Request;
import org.wguplink.control.Response;
import org.wguplink.control.Wire;
import org.wguplink.control.Wire.WireException;

/** Questions to {@code uplinkd} over its unix socket. */
final class ControlClient {
    /** How long an answer may take: the daemon answers in milliseconds, unless it hangs. */
    private static final int PATIENCE_MS = 5_000;

    private static final String ID = "1";

    private ControlClient() {}

    /** Hears what the daemon says besides the answer. */
    interface Listener {
        void told(Notification notification) throws CliException;
    }

    static Path socket(Path root) {
        return root.resolve("var/run/wireguard-uplink/control.sock");
    }

    /** The JSON text of the result. */
    static String call(Path root, Method method, Params params) throws CliException {
        return call(root, method, params, PATIENCE_MS);
    }

    static String call(Path root, Method method, Params params, int patienceMs) throws CliException {
        return call(root, method, params, patienceMs, null);
    }

    /** @param patienceMs longest silence */
    static String call(Path root, Method method, Params params, int patienceMs, @Nullable Listener listener)
            throws CliException {
        try (ControlConnection connection = ControlConnection.open(root, socket(root))) {
            return call(connection, method, params, patienceMs, listener);
        }
    }

    /** Asks on a connection that is open; it stays open. */
    static String call(
            ControlConnection connection, Method method, Params params, int patienceMs, @Nullable Listener listener)
            throws CliException {
        connection.giveUpAfter(patienceMs);
        connection.send(Wire.encode(Request.of(1, method, params)));
        while (true) {
            String line = connection.readLine();
            Response response = response(connection, line);
            @Nullable String id = response.id();
            Response.@Nullable Failure error = response.error();
            @Nullable String result = response.result();
            if (id == null && error == null && result == null && listener != null) {
                listener.told(notification(connection, line));
                connection.giveUpAfter(patienceMs);
                continue;
            }
            if (id == null ? error == null : !id.equals(ID) && !id.equals("null"))
                throw connection.unusable("the answer to another request, " + id);
            if (error != null) throw said(error);
            if (result == null) throw connection.unusable("neither a result nor an error");
            return result;
        }
    }

    static Notification notification(ControlConnection connection, String line) throws CliException {
        try {
            return Wire.decode(Notification.class, line);
        } catch (WireException e) {
            throw connection.unusable(String.valueOf(e.getMessage()));
        }
    }

    /** The result as a record. */
    static <T> T decode(Class<T> type, String result) throws CliException {
        try {
            return Wire.decode(type, result);
        } catch (WireException e) {
            throw CliException.unreachable("uplinkd gave an answer that is " + e.getMessage());
        }
    }

    private static Response response(ControlConnection connection, String line) throws CliException {
        try {
            return Wire.decode(Response.class, line);
        } catch (WireException e) {
            throw connection.unusable(String.valueOf(e.getMessage()));
        }
    }

    private static CliException said(Response.Failure error) {
        boolean busy = error.code() == Response.BUSY;
        return new CliException(
                busy ? CliException.UNREACHABLE : CliException.NO,
                error.code(),
                busy ? "uplinkd is busy: " + error.message() : error.message());
    }
}
