package org.wguplink.daemon.simulation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import org.wguplink.core.firewall.FirewallPlan;
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
    private final IntConsumer ended;
    private final Defect defect;
    private Optional<PathUse> use = Optional.empty();
    private List<PathRoute> paths = List.of();
    private RoutePlan plan = RoutePlan.EMPTY;
    private Optional<FirewallPlan> filter = Optional.empty();
    private Optional<String> active = Optional.empty();
    private Optional<String> exit = Optional.empty();

    /** @param ended told of the path whose flows end */
    SimKernel(IntConsumer ended, Defect defect) {
        this.ended = ended;
        this.defect = defect;
    }

    @Override
    public void route(List<PathRoute> next, PathUse used) {
        if (use.equals(Optional.of(used)) && paths.equals(next)) return;
        paths = next;
        use = Optional.of(used);
        plan = DataPlane.plan(next, used);
        if (defect == Defect.SWITCH_IS_NOT_CARRIED_OUT && active.isPresent()) return;
        active = plan.routes().stream()
                .filter(r -> r.family() == Family.IPV4 && r.table().equals(Layout.ACTIVE))
                .flatMap(r -> r.device().stream())
                .findFirst();
        exit = plan.rules().stream()
                .filter(r -> r.family() == Family.IPV4 && r.priority() == Layout.PREF_SERVED)
                .flatMap(r -> r.table().stream())
                .findFirst()
                .flatMap(this::device);
    }

    private Optional<String> device(RouteTable table) {
        return plan.routes().stream()
                .filter(r -> r.family() == Family.IPV4 && r.table().equals(table) && r.type() == Route.Type.UNICAST)
                .flatMap(r -> r.device().stream())
                .findFirst();
    }

    @Override
    public void rehearse(List<PathRoute> next, PathUse use) {}

    @Override
    public void resolveBy(Map<Family, Integer> uplinks) {}

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
        ended.accept(number);
    }

    @Override
    public boolean hasPlan() {
        return use.isPresent() && filter.isPresent();
    }

    @Override
    public Map<Family, String> activeDevices() {
        return active.map(device -> Map.of(Family.IPV4, device, Family.IPV6, device))
                .orElse(Map.of());
    }

    /** The device that new flows of IPv4 take; empty for the own WAN. */
    Optional<String> activeDevice() {
        return active;
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
        active = Optional.empty();
        exit = Optional.empty();
        return true;
    }

    /** By which own WAN outer packets leave that have no narrower route. */
    Optional<String> outer() {
        return use.flatMap(u -> Optional.ofNullable(u.outer().get(Family.IPV4))).map(NextHop::device);
    }

    /** By which device served consumers leave; empty when they are refused. */
    Optional<String> exit() {
        if (defect == Defect.LENDS_THE_PATH_IN_USE) return active.or(() -> exit);
        return open() ? exit : Optional.empty();
    }

    boolean open() {
        return filter.flatMap(FirewallPlan::served)
                .filter(FirewallPlan.Served::open)
                .isPresent();
    }
}
