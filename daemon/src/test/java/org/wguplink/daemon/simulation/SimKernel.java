package org.wguplink.daemon.simulation;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.firewall.Shares;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.DataPlane;
import org.wguplink.core.route.Layout;
import org.wguplink.core.route.NextHop;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.route.PathUse;
import org.wguplink.core.route.Route;
import org.wguplink.core.route.RoutePlan;
import org.wguplink.core.route.RouteTable;
import org.wguplink.daemon.path.DataPath;

/** Holds routes, rules and packet filter as they were made, and looks ways up in them. It outlives the daemon. */
final class SimKernel implements DataPath {
    private final BiConsumer<Integer, Set<Family>> ended;
    private final Defect defect;
    private Optional<PathUse> use = Optional.empty();
    private List<PathRoute> paths = List.of();
    private RoutePlan plan = RoutePlan.EMPTY;
    private Optional<FirewallPlan> filter = Optional.empty();
    private final Map<Family, String> active = new EnumMap<>(Family.class);
    private final Map<Family, String> exit = new EnumMap<>(Family.class);

    /** @param ended told of the path whose flows end, and of which families */
    SimKernel(BiConsumer<Integer, Set<Family>> ended, Defect defect) {
        this.ended = ended;
        this.defect = defect;
    }

    @Override
    public void route(List<PathRoute> next, PathUse used) {
        if (use.equals(Optional.of(used)) && paths.equals(next)) return;
        paths = next;
        use = Optional.of(used);
        plan = DataPlane.plan(next, used);
        if (defect == Defect.SWITCH_IS_NOT_CARRIED_OUT && !active.isEmpty()) return;
        active.clear();
        exit.clear();
        for (Family family : Family.values()) {
            device(Layout.ACTIVE, family).ifPresent(device -> active.put(family, device));
            plan.rules().stream()
                    .filter(r -> r.family() == family && r.priority() == Layout.PREF_SERVED)
                    .flatMap(r -> r.table().stream())
                    .findFirst()
                    .flatMap(table -> device(table, family))
                    .ifPresent(device -> exit.put(family, device));
        }
    }

    private Optional<String> device(RouteTable table, Family family) {
        return plan.routes().stream()
                .filter(r -> r.family() == family && r.table().equals(table) && r.type() == Route.Type.UNICAST)
                .flatMap(r -> r.device().stream())
                .findFirst();
    }

    @Override
    public void rehearse(List<PathRoute> next, PathUse use) {}

    @Override
    public void resolveBy(Map<Family, Integer> uplinks) {}

    @Override
    public void shareBy(Map<Family, Shares> shares) {}

    @Override
    public boolean filter(FirewallPlan next) {
        filter = Optional.of(next);
        return true;
    }

    @Override
    public void moved(Set<String> devices) {}

    @Override
    public void suspected(int number) {}

    @Override
    public void dropFlows(int number, Set<Family> families) {
        ended.accept(number, families);
    }

    @Override
    public boolean hasPlan() {
        return use.isPresent() && filter.isPresent();
    }

    @Override
    public Map<Family, String> activeDevices() {
        return Map.copyOf(active);
    }

    /** The device that new flows take; empty for the own WAN that main prefers, and for nowhere. */
    Optional<String> activeDevice(Family family) {
        return Optional.ofNullable(active.get(family));
    }

    /** Whether hosts are told that no path carries the family. */
    boolean refuses(Family family) {
        return use.filter(u -> u.refused().contains(family)).isPresent();
    }

    @Override
    public Optional<String> trouble() {
        return Optional.empty();
    }

    @Override
    public boolean clear() {
        use = Optional.empty();
        paths = List.of();
        plan = RoutePlan.EMPTY;
        filter = Optional.empty();
        active.clear();
        exit.clear();
        return true;
    }

    /** By which own WAN outer packets leave that have no narrower route. */
    Optional<String> outer(Family family) {
        return use.flatMap(u -> Optional.ofNullable(u.outer().get(family))).map(NextHop::device);
    }

    /** By which device served consumers leave; empty when they are refused. */
    Optional<String> exit(Family family) {
        Optional<String> lent = Optional.ofNullable(exit.get(family));
        if (defect == Defect.LENDS_THE_PATH_IN_USE) return activeDevice(family).or(() -> lent);
        return open() ? lent : Optional.empty();
    }

    boolean open() {
        return filter.flatMap(FirewallPlan::served)
                .filter(FirewallPlan.Served::open)
                .isPresent();
    }
}
