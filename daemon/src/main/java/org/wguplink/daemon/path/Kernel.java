package org.wguplink.daemon.path;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.wguplink.core.firewall.FirewallException;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.firewall.Shares;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.Collisions;
import org.wguplink.core.route.Layout;
import org.wguplink.core.route.PathRoute;
import org.wguplink.core.route.PathUse;
import org.wguplink.core.route.Route;
import org.wguplink.core.route.RouterException;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.netlink.NetlinkRouter;
import org.wguplink.linux.nftables.Nftables;

/** Makes the kernel match what was decided: routes and rules, packet filter, connection entries. Loop thread only. */
public final class Kernel implements DataPath, AutoCloseable {
    private static final Logger LOG = System.getLogger(Kernel.class.getName());

    /** How long segments of connections whose path died are looked for on an own WAN: senders repeat theirs in seconds. */
    private static final Duration MOVING = Duration.ofMinutes(1);

    private final NetlinkRouter router;
    private final Nftables firewall;
    private final Flows flows;
    private final Plans plans = new Plans();
    private Optional<String> routeTrouble = Optional.empty();
    private Optional<String> filterTrouble = Optional.empty();
    private Optional<String> shareTrouble = Optional.empty();
    private List<String> collisions = List.of();
    private boolean inForce;

    /** @param loop the loop that the caller is on */
    public Kernel(Executor loop) throws OsException, FirewallException {
        router = new NetlinkRouter();
        firewall = new Nftables();
        flows = new Flows(loop);
    }

    @Override
    public void route(List<PathRoute> paths, PathUse use) {
        try {
            router.apply(plans.of(paths, use));
            routeTrouble = Optional.empty();
        } catch (RouterException e) {
            routeTrouble = told(routeTrouble, "routes", e);
        }
    }

    @Override
    public void rehearse(List<PathRoute> paths, PathUse use) {
        try {
            router.rehearse(plans.of(paths, use));
        } catch (OsException e) {
            // the device is gone: the switch itself will tell
            LOG.log(Level.DEBUG, "rehearsal: {0}", Failures.text(e));
        }
    }

    @Override
    public boolean filter(FirewallPlan plan) {
        try {
            firewall.apply(plan);
            filterTrouble = Optional.empty();
            inForce = true;
            return true;
        } catch (FirewallException e) {
            filterTrouble = told(filterTrouble, "packet filter", e);
            return false;
        }
    }

    @Override
    public void moved(Set<String> devices) {
        try {
            firewall.moved(devices, MOVING);
        } catch (FirewallException e) {
            filterTrouble = told(filterTrouble, "packet filter", e);
        }
    }

    @Override
    public void resolveBy(Map<Family, Integer> uplinks) {
        try {
            firewall.resolveBy(uplinks);
        } catch (FirewallException e) {
            filterTrouble = told(filterTrouble, "packet filter", e);
        }
    }

    @Override
    public void shareBy(Map<Family, Shares> shares) {
        try {
            firewall.shareBy(shares);
            shareTrouble = Optional.empty();
        } catch (FirewallException e) {
            shareTrouble = told(shareTrouble, "balance", e);
        }
    }

    /** Logs a trouble once, however often it is met. */
    private static Optional<String> told(Optional<String> before, String what, Exception e) {
        Optional<String> trouble = Optional.of(what + ": " + Failures.text(e));
        if (!trouble.equals(before)) LOG.log(Level.ERROR, trouble.get());
        return trouble;
    }

    @Override
    public void suspected(int number) {
        flows.suspected(number);
    }

    /** Which flows a path has, for when the kernel forgets them. */
    public void noteFlows(int number) {
        flows.note(number);
    }

    @Override
    public void dropFlows(int number, Set<Family> families) {
        flows.end(number, families);
    }

    @Override
    public boolean hasPlan() {
        try {
            return !router.read().rules().isEmpty() && firewall.verify();
        } catch (OsException e) {
            LOG.log(Level.WARNING, "routes: {0}", Failures.text(e));
            return false;
        }
    }

    @Override
    public Map<Family, String> activeDevices() {
        try {
            return router.read().routes().stream()
                    .filter(r -> r.table().equals(Layout.ACTIVE) && r.device().isPresent())
                    .collect(Collectors.toMap(Route::family, r -> r.device().orElseThrow(), (first, _) -> first));
        } catch (OsException e) {
            LOG.log(Level.WARNING, "routes: {0}", Failures.text(e));
            return Map.of();
        }
    }

    /** Looks whether others have flushed our packet filter; then the next {@link #filter} makes it again. */
    public void verify() {
        if (!firewall.verify() && inForce) {
            LOG.log(Level.WARNING, "the packet filter of ours was flushed by somebody, and is made again");
            inForce = false;
        }
    }

    /** Looks whether rules of others are in our way, and says so when that is news. */
    public void lookForCollisions() {
        try {
            List<String> found = Collisions.of(router.foreignRules());
            for (String collision : found)
                if (!collisions.contains(collision)) LOG.log(Level.WARNING, "collision: {0}", collision);
            collisions = found;
        } catch (OsException e) {
            LOG.log(Level.DEBUG, "rules of others: {0}", Failures.text(e));
        }
    }

    /** What of others is in our way, a sentence each. */
    public List<String> collisions() {
        return collisions;
    }

    /** The kernel may have dropped routes by itself, because a device went down: look before the next change. */
    public void forget() {
        router.forget();
    }

    @Override
    public Optional<String> trouble() {
        return filterTrouble.or(() -> routeTrouble);
    }

    /** Why new flows are not shared; empty when they are as decided. */
    public Optional<String> shareTrouble() {
        return shareTrouble;
    }

    @Override
    public boolean clear() {
        inForce = false;
        try {
            removeAll();
            return true;
        } catch (RouterException | FirewallException e) {
            routeTrouble = told(routeTrouble, "clearing", e);
            return false;
        }
    }

    /** Removes everything of ours. */
    public void removeAll() throws RouterException, FirewallException {
        router.removeAll();
        firewall.remove();
    }

    @Override
    public void close() {
        router.close();
        firewall.close();
        flows.close();
    }
}
