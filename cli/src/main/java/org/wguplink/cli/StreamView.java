package org.wguplink.cli;

import org.jspecify.annotations.Nullable;
import org.wguplink.control.Status;

/** A block of text, or a line of JSON, whenever something has changed that does not change by itself. */
final class StreamView implements WatchView {
    private final Session session;
    private @Nullable Status shown;
    private boolean lost;

    StreamView(Session session) {
        this.session = session;
    }

    @Override
    public void show(Status status, String json) {
        Status steady = status.steady();
        if (!lost && steady.equals(shown)) return;
        if (session.json()) session.println(json);
        else
            session.print((shown == null ? "" : "\n") + Times.now() + "\n"
                    + StatusText.of(
                            status,
                            Times.since(status.since()),
                            session.terminal().colour()));
        session.terminal().out().flush();
        shown = steady;
        lost = false;
    }

    @Override
    public void lost(CliException why) {
        if (lost) return;
        lost = true;
        if (session.json()) session.println(JsonText.error(why.code(), why.text()));
        else session.println("\n" + Times.now() + "\n" + Text.printable(why.text()) + "; waiting for it");
        session.terminal().out().flush();
    }

    @Override
    public void close() {}
}
