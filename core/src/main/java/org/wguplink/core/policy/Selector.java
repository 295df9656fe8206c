package org.wguplink.core.policy;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.InetNetwork;

/**
 * Which traffic a policy is for: that of hosts in some networks, or what carries a mark of the user's.
 *
 * @param sources none exactly when there is a mark
 */
public record Selector(Set<InetNetwork> sources, Optional<FwMark> mark) {
    public Selector {
        sources = Set.copyOf(sources);
        if (sources.isEmpty() == mark.isEmpty())
            throw new IllegalArgumentException("either networks or a mark; got %s and %s".formatted(sources, mark));
    }

    public static Selector of(Set<InetNetwork> sources) {
        return new Selector(sources, Optional.empty());
    }

    public static Selector of(FwMark mark) {
        return new Selector(Set.of(), Optional.of(mark));
    }

    /** Whether a packet can be of both by one and the same kind of selector; of two kinds, the mark counts first. */
    public boolean overlaps(Selector other) {
        boolean marks = mark.isPresent()
                && other.mark
                        .filter(m -> ((m.value() ^ mark.get().value())
                                        & m.mask()
                                        & mark.get().mask())
                                == 0)
                        .isPresent();
        return marks || sources.stream().anyMatch(mine -> other.sources.stream().anyMatch(mine::overlaps));
    }

    /** The families of which a packet can be that it is for. */
    public Set<Family> families() {
        if (mark.isPresent()) return Family.BOTH;
        return sources.stream().map(InetNetwork::family).collect(Collectors.toSet());
    }

    /** For people. */
    @Override
    public String toString() {
        return mark.map(m -> "mark " + m)
                .orElseGet(() ->
                        sources.stream().map(InetNetwork::toString).sorted().collect(Collectors.joining(", ")));
    }
}
