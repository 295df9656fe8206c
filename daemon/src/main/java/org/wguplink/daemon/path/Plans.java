package org.wguplink.daemon.path;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.wguplink.core.route.DataPlane;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.route.PathUse;
import org.wguplink.core.route.RoutePlan;

/** The last few plans that were worked out, since what is wanted next was mostly thought of before. */
final class Plans {
    /** What there is, and the death of the path in use, by each family and by both. */
    private static final int MOST = 5;

    private record Plan(PathUse use, List<PathRoute> paths, RoutePlan plan) {}

    private final Deque<Plan> plans = new ArrayDeque<>();

    RoutePlan of(List<PathRoute> paths, PathUse use) {
        Plan wanted = plans.stream()
                .filter(p -> p.use.equals(use) && p.paths.equals(paths))
                .findFirst()
                .orElseGet(() -> new Plan(use, paths, DataPlane.plan(paths, use)));
        plans.remove(wanted);
        plans.addFirst(wanted);
        if (plans.size() > MOST) plans.removeLast();
        return wanted.plan;
    }
}
