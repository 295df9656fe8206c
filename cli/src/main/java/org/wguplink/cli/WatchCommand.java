package org.wguplink.cli;

import org.jspecify.annotations.Nullable;
import org.wguplink.control.Method;
import org.wguplink.control.Notification;
import org.wguplink.control.Params;
import org.wguplink.control.Status;

/** {@code status --watch}: the daemon tells what changes; when it goes away it is waited for. */
final class WatchCommand {
    private static final int DEFAULT_S = 2;
    private static final int LONGEST_S = 3600;
    /** Beyond the interval, within which the daemon says something in any case. */
    private static final int GRACE_MS = 5_000;

    private static final int RETRY_MS = 500;

    private final Session session;
    private final int seconds;
    private final WatchView view;
    private boolean begun;

    private WatchCommand(Session session, int seconds, WatchView view) {
        this.session = session;
        this.seconds = seconds;
        this.view = view;
    }

    /** Goes on until it is interrupted, or nobody reads its output any more. */
    static int run(Session session) throws CliException {
        int seconds = seconds(session.option(Option.WATCH));
        boolean screen = session.terminal().movesCursor() && !session.json();
        try (WatchView view = screen ? new ScreenView(session.terminal(), seconds) : new StreamView(session)) {
            var watch = new WatchCommand(session, seconds, view);
            while (watch.isRead()) watch.attempt();
            return 0;
        }
    }

    private boolean isRead() {
        return !session.terminal().out().checkError() && !Thread.currentThread().isInterrupted();
    }

    private void attempt() throws CliException {
        try (var connection = ControlConnection.open(session.root(), ControlClient.socket(session.root()))) {
            show(ControlClient.call(connection, Method.WATCH, Params.watch(seconds), GRACE_MS, null));
            begun = true;
            while (isRead()) {
                connection.giveUpAfter(seconds * 1000 + GRACE_MS);
                Notification next = ControlClient.notification(connection, connection.readLine());
                if (next.method().equals(Notification.STATUS)) show(next.params());
            }
        } catch (CliException e) {
            // a daemon that was never there is an error like that of any other command
            if (!begun) throw e;
            view.lost(e);
            pause();
        }
    }

    private void show(String json) throws CliException {
        view.show(ControlClient.decode(Status.class, json), json);
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int seconds(@Nullable String text) throws CliException {
        if (text == null || text.isEmpty()) return DEFAULT_S;
        int seconds = Text.number(text);
        if (seconds < 1 || seconds > LONGEST_S)
            throw CliException.usage("--watch: '" + text + "'; expected 1 to " + LONGEST_S + " seconds");
        return seconds;
    }
}
