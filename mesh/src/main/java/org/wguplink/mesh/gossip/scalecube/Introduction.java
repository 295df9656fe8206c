package org.wguplink.mesh.gossip.scalecube;

import io.scalecube.cluster.Cluster;
import io.scalecube.cluster.membership.SyncBody;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.wguplink.core.net.Endpoint;
import org.wguplink.mesh.gossip.Neighbour;

/**
 * Introduces this node to the seeds, and to members that were lost, for as long as they are absent. ScaleCube itself
 * tries its seeds at the start and then one random address at each sync: a mesh whose nodes start in an unlucky order,
 * or that was cut in two, would stay apart for long.
 */
final class Introduction implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Introduction.class.getName());
    /** In the first minute, and in the minute after anything changed; a try is one SYN or one small frame. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private static final Duration LATER = Duration.ofSeconds(10);
    private static final Duration EAGER = Duration.ofMinutes(1);
    private static final int MAX_LOST = 1000;

    private final Cluster cluster;
    private final List<String> seeds;
    private final Supplier<Collection<Neighbour>> members;
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Thread thread;

    Introduction(Cluster cluster, List<Endpoint> seeds, Supplier<Collection<Neighbour>> members) {
        this.cluster = cluster;
        this.seeds = seeds.stream().map(seed -> seed.host() + ":" + seed.port()).toList();
        this.members = members;
        this.thread = Thread.ofVirtual().name("mesh-introduction").start(this::run);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        long eagerUntil = System.nanoTime() + EAGER.toNanos();
        Set<String> before = Set.of();
        try {
            while (true) {
                Set<String> present = new LinkedHashSet<>();
                for (Neighbour member : members.get()) present.add(member.address());
                if (!present.equals(before)) eagerUntil = System.nanoTime() + EAGER.toNanos();
                before = present;
                remember(present);
                introduce(present);
                Thread.sleep(System.nanoTime() < eagerUntil ? SOON : LATER);
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void introduce(Set<String> present) {
        Set<String> absent = new LinkedHashSet<>(seeds);
        absent.addAll(known);
        absent.removeAll(present);
        absent.remove(cluster.address());
        for (String address : absent)
            cluster.transport()
                    .send(address, SyncBody.introducing(cluster.member()))
                    .subscribe(null, why -> LOG.log(Level.DEBUG, "{0}: {1}", address, why.getMessage()));
    }

    private void remember(Set<String> present) {
        for (String address : present) if (known.size() < MAX_LOST) known.add(address);
    }
}
