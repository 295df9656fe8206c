package org.wguplink.mesh.gossip.scalecube;

import io.scalecube.cluster.Cluster;
import io.scalecube.cluster.membership.SyncBody;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.wguplink.core.net.Endpoint;
import org.wguplink.mesh.gossip.Neighbour;
import org.wguplink.mesh.names.HostNames;

/**
 * Introduces this node to the seeds, and to members that were lost, for as long as they are absent; and to one of
 * those that arrived, in each round. ScaleCube itself tries its seeds at the start and then one random address at each
 * sync: a mesh whose nodes start in an unlucky order, or that was cut in two, would stay apart for long.
 */
final class Introduction implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Introduction.class.getName());
    private static final Duration ROUND = Duration.ofSeconds(2);
    /** Absent nodes are tried in each round for a minute after a change, else in every fifth: one SYN or small frame. */
    private static final int RARELY = 5;

    private static final Duration EAGER = Duration.ofMinutes(1);
    private static final int MAX_LOST = 1000;

    private final Cluster cluster;
    private final List<Endpoint> seeds;
    private final HostNames names;
    private final Supplier<Collection<Neighbour>> members;
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Thread thread;

    Introduction(Cluster cluster, List<Endpoint> seeds, HostNames names, Supplier<Collection<Neighbour>> members) {
        this.cluster = cluster;
        this.seeds = seeds;
        this.names = names;
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
            for (long round = 0; ; round++) {
                Set<String> present = new LinkedHashSet<>();
                for (Neighbour member : members.get()) present.add(member.address());
                if (!present.equals(before)) eagerUntil = System.nanoTime() + EAGER.toNanos();
                remember(present);
                if (System.nanoTime() < eagerUntil || round % RARELY == 0)
                    absent(present).forEach(this::introduce);
                arrived(present, before).ifPresent(this::introduce);
                before = present;
                Thread.sleep(ROUND);
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private Set<String> absent(Set<String> present) {
        Set<String> absent = new LinkedHashSet<>(known);
        for (Endpoint seed : seeds) {
            List<String> addresses = addresses(seed);
            absent.addAll(addresses);
            boolean named = seed.address().isEmpty();
            if (named && addresses.stream().noneMatch(present::contains)) names.refresh(seed.host());
        }
        absent.removeAll(present);
        absent.remove(cluster.address());
        return absent;
    }

    /** Without waiting: a name that is not known yet is asked for, and used in a later round. */
    private List<String> addresses(Endpoint seed) {
        if (seed.address().isPresent()) return List.of(seed.host() + ":" + seed.port());
        return names.known(seed.host()).stream()
                .map(address -> address.getHostAddress() + ":" + seed.port())
                .toList();
    }

    /** One of the new: who came to us told of itself alone, and its answer brings those that came with it. */
    private static Optional<String> arrived(Set<String> present, Set<String> before) {
        return present.stream().filter(address -> !before.contains(address)).findFirst();
    }

    private void introduce(String address) {
        cluster.transport()
                .send(address, SyncBody.introducing(cluster.member()))
                .subscribe(null, why -> LOG.log(Level.DEBUG, "{0}: {1}", address, why.getMessage()));
    }

    private void remember(Set<String> present) {
        for (String address : present) if (known.size() < MAX_LOST) known.add(address);
    }
}
