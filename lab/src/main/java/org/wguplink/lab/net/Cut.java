package org.wguplink.lab.net;

import java.io.IOException;
import java.util.List;
import org.wguplink.core.time.MonoTime;

/** A fault that is in force until it is healed. */
public final class Cut implements AutoCloseable {
    private final MonoTime since;
    private final MonoTime made;
    private final Impairment.Mending mending;
    private boolean healed;

    private Cut(MonoTime since, Impairment.Mending mending) {
        this.since = since;
        this.made = new MonoTime(System.nanoTime());
        this.mending = mending;
    }

    static Cut inject(Fault fault, LabName lab, Site site) throws IOException {
        MonoTime since = new MonoTime(System.nanoTime());
        for (List<String> command : fault.breaking(lab, site)) Command.run(command);
        return new Cut(since, () -> {
            for (List<String> command : fault.mending(lab, site)) Command.run(command);
        });
    }

    static Cut inject(Impairment impairment, LabName lab, Site site) throws IOException {
        MonoTime since = new MonoTime(System.nanoTime());
        return new Cut(since, impairment.inject(lab, site));
    }

    /** The moment before anything was broken. */
    public MonoTime since() {
        return since;
    }

    /** The moment after all was broken. */
    public MonoTime made() {
        return made;
    }

    /** Mends what is broken; does nothing the second time. Returns the moment before anything was mended. */
    public synchronized MonoTime heal() throws IOException {
        MonoTime now = new MonoTime(System.nanoTime());
        if (!healed) mending.mend();
        healed = true;
        return now;
    }

    @Override
    public void close() throws IOException {
        heal();
    }
}
