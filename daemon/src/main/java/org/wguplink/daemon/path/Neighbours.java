package org.wguplink.daemon.path;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.linux.sysctl.ReversePathFilter;
import org.wguplink.linux.sysctl.Sysctl;

/** What others on this node have in our way: some of it is moved and put back, the rest is named. Loop thread only. */
public final class Neighbours {
    private static final Logger LOG = System.getLogger(Neighbours.class.getName());

    private final EventLoop loop;
    private final Kernel kernel;
    private final ReversePaths reversePaths;

    /** @param changed what was changed of others, with what it was before */
    public Neighbours(EventLoop loop, Kernel kernel, Path changed) throws IOException {
        this.loop = loop;
        this.kernel = kernel;
        reversePaths = new ReversePaths(changed, new ReversePathFilter(new Sysctl()));
    }

    /**
     * Looks for rules of others that are in our way, and loosens strict reverse-path filters.
     *
     * @param ours the devices of our paths; none while we are switched off
     */
    public void look(Set<String> ours) {
        kernel.lookForCollisions();
        loop.work(
                () -> {
                    reversePaths.loosen(ours);
                    return ours;
                },
                done -> {},
                e -> LOG.log(Level.WARNING, "rp_filter: {0}", Failures.text(e)));
    }

    /** A sentence each, for people. */
    public List<String> warnings() {
        return kernel.collisions();
    }
}
