package org.wguplink.cli;

import org.wguplink.control.Status;

/** Where a watched state is shown. */
interface WatchView extends AutoCloseable {
    /** @param json the same as it came */
    void show(Status status, String json);

    /** The daemon does not answer; called again while that lasts. */
    void lost(CliException why);

    @Override
    void close();
}
