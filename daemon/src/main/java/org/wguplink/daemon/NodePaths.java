package org.wguplink.daemon;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.core.failover.Balance;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.failover.FamilyStates;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.firewall.Shares;
import org.wguplink.core.firewall.Shares.Share;
import org.wguplink.core.net.Family;
import org.wguplink.core.path.PathId;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.route.PathUse;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.consumer.Uplinks;
import org.wguplink.daemon.path.OwnWan;
import org.wguplink.daemon.path.OwnWans;
import org.wguplink.daemon.path.Underlay;
import org.wguplink.daemon.provider.Lending;

/** All ways to the internet of this node, own and borrowed, and what is lent of them: the ground of a {@link Decision}. */
final class NodePaths implements Decision.Paths {
    private final OwnWans wans;
    private final Uplinks uplinks;
    private final Lending lending;
    private final Underlay underlay;
    private final Policies policies;
    private final BiConsumer<Map<Family, PathId>, MonoTime> switched;

    /** @param switched told of every switch */
    NodePaths(
            OwnWans wans,
            Uplinks uplinks,
            Lending lending,
            Underlay underlay,
            Policies policies,
            BiConsumer<Map<Family, PathId>, MonoTime> switched) {
        this.wans = wans;
        this.uplinks = uplinks;
        this.lending = lending;
        this.underlay = underlay;
        this.policies = policies;
        this.switched = switched;
    }

    @Override
    public List<PathRoute> routes() {
        return Stream.concat(wans.all().stream().flatMap(w -> w.route().stream()), uplinks.routes().stream())
                .toList();
    }

    Set<String> devices() {
        return routes().stream().map(PathRoute::device).collect(Collectors.toSet());
    }

    /** The path whose device this is. */
    Optional<? extends PathId> of(String device) {
        return uplinks.uplinkOf(device)
                .<PathId>map(uplink -> uplink)
                .or(() -> wans.all().stream()
                        .map(OwnWan::id)
                        .filter(id -> id.device().equals(device))
                        .findFirst());
    }

    /** The own WANs, then these. */
    List<PathId> preferred(List<PathId.Uplink> order) {
        return Stream.<PathId>concat(wans.all().stream().map(OwnWan::id), order.stream())
                .toList();
    }

    @Override
    public Optional<Integer> numberOf(PathId path) {
        return switch (path) {
            case PathId.OwnWan own -> wans.of(own).map(OwnWan::number);
            case PathId.None none -> Optional.empty();
            case PathId.Uplink uplink -> uplinks.numberOf(uplink);
        };
    }

    @Override
    public PathUse use(FamilyStates states, List<PathRoute> routes) {
        List<Integer> known = routes.stream().map(PathRoute::number).toList();
        Function<PathId, Optional<Integer>> number = path -> numberOf(path).filter(known::contains);
        var active = new EnumMap<Family, Integer>(Family.class);
        states.active().forEach((family, path) -> number.apply(path).ifPresent(found -> active.put(family, found)));
        return new PathUse(
                active,
                Family.BOTH.stream().filter(states::refuses).collect(Collectors.toSet()),
                wans.shown(states.ipv4().active()).map(OwnWan::number),
                lending.device(),
                lending.narrow(),
                underlay.mainDefaults(),
                underlay.outer(wans.all()),
                underlay.foreignPorts(),
                policies.routes(states, number));
    }

    @Override
    public Map<Family, Shares> shares(FamilyStates states) {
        var shares = new EnumMap<Family, Shares>(Family.class);
        for (Family family : Family.values()) shares(states.of(family), family).ifPresent(s -> shares.put(family, s));
        return shares;
    }

    /** Empty also while the path in use, or all but one, have no route of that family. */
    private Optional<Shares> shares(FailoverState state, Family family) {
        Balance balance = state.balance();
        if (balance.sharing().isEmpty()) return Optional.empty();
        Map<Integer, PathRoute> carrying = routes().stream()
                .filter(route -> route.gateways().containsKey(family))
                .collect(Collectors.toMap(PathRoute::number, route -> route));
        List<Share> shares = balance.members().stream()
                .map(member -> new Share(
                        member.weight(),
                        Optional.of(member.path())
                                .filter(balance.sharing()::contains)
                                .flatMap(this::numberOf)
                                .filter(carrying::containsKey)))
                .toList();
        boolean several =
                shares.stream().filter(share -> share.path().isPresent()).count() > 1;
        return numberOf(state.active())
                .map(carrying::get)
                .filter(_ -> several)
                .map(active -> new Shares(active.device(), shares));
    }

    @Override
    public FirewallPlan filter() {
        var filters = new ArrayList<FirewallPlan.Path>();
        wans.all().forEach(w -> filters.add(w.filter()));
        filters.addAll(uplinks.filters());
        return new FirewallPlan(
                filters, lending.filter(), policies.filters(), policies.essentials(), policies.balanced());
    }

    @Override
    public boolean settled() {
        return lending.settled();
    }

    @Override
    public void switched(Map<Family, PathId> active, MonoTime now) {
        switched.accept(active, now);
    }
}
