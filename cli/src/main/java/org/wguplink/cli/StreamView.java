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
        else {
            var out = new StringBuilder("\n").append(Times.now()).append('\n');
            Text.wrap(out, "", "The daemon is away, and waited for: " + why.text());
            session.print(out.toString());
        }
        session.terminal().out().flush();
    }

    @Override
    public void close() {}
}
