package org.wguplink.daemon.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.wguplink.core.failover.FailoverState;
import org.wguplink.core.net.Family;
import org.wguplink.core.path.PathId;
import org.wguplink.daemon.config.Config;

/** Does harm to the world for a while, and then mends it all. */
final class Faults {
    private static final int MOST_AT_A_NODE = 5;

    private final Simulation simulation;
    private final World world;
    private final RandomGenerator random;

    Faults(Simulation simulation, World world, RandomGenerator random) {
        this.simulation = simulation;
        this.world = world;
        this.random = random;
    }

    /** Plans what happens until then; at that time everything is as in the beginning. */
    void plan(Duration from, Duration until) {
        for (SimNode node : world.nodes) {
            int faults = 1 + random.nextInt(MOST_AT_A_NODE);
            for (int i = 0; i < faults; i++) simulation.agenda.after(between(from, until), () -> harm(node));
            int talks = random.nextInt(3);
            for (int i = 0; i < talks; i++)
                simulation.agenda.after(between(from, until), () -> node.talk(seconds(1, 4), seconds(0, 30)));
        }
        int radio = random.nextInt(4);
        for (int i = 0; i < radio; i++) simulation.agenda.after(between(from, until), this::harmRadio);
        simulation.agenda.after(until, this::mend);
    }

    private void harm(SimNode node) {
        Wan wan = node.wans.get(random.nextInt(node.wans.size()));
        switch (random.nextInt(20)) {
            case 0, 1 -> carrier(node, wan, seconds(2, 25));
            case 2, 3 -> passage(node, wan, Wan.Passage.NONE, seconds(2, 40));
            case 4 ->
                passage(node, wan, random.nextBoolean() ? Wan.Passage.OUT_ONLY : Wan.Passage.IN_ONLY, seconds(2, 30));
            case 5, 6 -> flap(node, wan, 4 + random.nextInt(8), seconds(2, 9));
            case 7 -> {
                wan.loss = 0.05 + random.nextDouble() * 0.6;
                say(node, "%s loses %.0f %%".formatted(wan.device, wan.loss * 100));
                later(seconds(5, 30), wan::calm);
            }
            case 8 -> {
                wan.delay = wan.delay.plus(Duration.ofMillis(100 + random.nextInt(900)));
                say(node, "%s is slower: %s".formatted(wan.device, wan.delay));
                later(seconds(5, 30), wan::calm);
            }
            case 9 -> crash(node);
            case 10 -> losePower(node, random.nextInt(3) == 0);
            case 11, 12 -> withdraw(node);
            case 13 -> {
                node.skew = Duration.ofSeconds(random.nextInt(1200) - 600L);
                say(node, "its clock is off by " + node.skew);
            }
            case 14, 15 -> family(node, wan, random.nextBoolean() ? Family.IPV4 : Family.IPV6, seconds(2, 30));
            case 16 -> portal(node, wan, seconds(1, 4), seconds(5, 30));
            case 17, 18 -> drain(node, random.nextBoolean() ? Optional.of(seconds(0, 8)) : Optional.empty());
            default -> {
                say(node, "all its lines are dead");
                node.wans.forEach(w -> passage(node, w, Wan.Passage.NONE, seconds(5, 40)));
            }
        }
    }

    private void carrier(SimNode node, Wan wan, Duration time) {
        if (!wan.carrier) return;
        say(node, wan.device + " loses its carrier");
        wan.carrier = false;
        node.carrierChanged(wan);
        later(time, () -> {
            if (wan.carrier) return;
            say(node, wan.device + " has a carrier again");
            wan.carrier = true;
            node.carrierChanged(wan);
        });
    }

    private void passage(SimNode node, Wan wan, Wan.Passage passage, Duration time) {
        wan.passage = passage;
        say(node, "%s passes %s".formatted(wan.device, passage));
        later(time, () -> {
            if (wan.passage == Wan.Passage.BOTH) return;
            wan.passage = Wan.Passage.BOTH;
            say(node, wan.device + " passes all again");
        });
    }

    private void family(SimNode node, Wan wan, Family family, Duration time) {
        say(node, "%s passes no %s".formatted(wan.device, family));
        wan.dead.add(family);
        later(time, () -> {
            if (wan.dead.remove(family)) say(node, "%s passes %s again".formatted(wan.device, family));
        });
    }

    /** A line comes back, and somebody wants a log-in. */
    private void portal(SimNode node, Wan wan, Duration gone, Duration captive) {
        passage(node, wan, Wan.Passage.NONE, gone);
        wan.portal = true;
        say(node, wan.device + " is behind a portal");
        later(gone.plus(captive), () -> {
            wan.portal = false;
            say(node, wan.device + " leads to the internet");
        });
    }

    private void drain(SimNode node, Optional<Duration> within) {
        if (!node.runs()) return;
        FailoverState state = node.steering().state();
        Stream.concat(Stream.of(state.active()), state.uplinks().stream())
                .filter(PathId.Uplink.class::isInstance)
                .map(PathId.Uplink.class::cast)
                .findFirst()
                .ifPresent(uplink -> {
                    say(node, "its user drains %s".formatted(uplink));
                    node.drain(uplink, true, within);
                    later(seconds(3, 20), () -> {
                        if (!node.runs()) return;
                        say(node, "its user lets %s be used again".formatted(uplink));
                        node.drain(uplink, false, Optional.empty());
                    });
                });
    }

    private void flap(SimNode node, Wan wan, int times, Duration half) {
        if (times == 0) return;
        passage(node, wan, Wan.Passage.NONE, half);
        later(half.multipliedBy(2), () -> flap(node, wan, times - 1, half));
    }

    private void crash(SimNode node) {
        if (!node.runs()) return;
        say(node, "its daemon dies");
        simulation.states.reached(State.CRASHED);
        node.crash();
        later(seconds(1, 15), node::start);
    }

    private void losePower(SimNode node, boolean state) {
        if (!node.powered) return;
        say(node, state ? "it is replaced" : "it loses power");
        simulation.states.reached(State.LOST_POWER);
        node.losePower();
        if (state) {
            simulation.states.reached(State.LOST_STATE);
            node.loseState();
        }
        later(seconds(3, 25), () -> powerOn(node));
    }

    private static void powerOn(SimNode node) {
        node.powered = true;
        node.start();
    }

    private void withdraw(SimNode node) {
        if (!node.config.lending().offer()) return;
        say(node, "its user lends no more");
        node.configure(lending(node.config, false));
        later(seconds(3, 30), () -> {
            say(node, "its user lends again");
            node.configure(lending(node.config, true));
        });
    }

    private static Config lending(Config c, boolean offer) {
        Config.Lending l = c.lending();
        return new Config(
                c.enabled(),
                c.autoFailover(),
                c.minUplinks(),
                c.checkInterval(),
                c.failoverTimeout(),
                c.preferLatency(),
                c.watching(),
                c.draining(),
                c.peerId(),
                c.wan(),
                c.trackIps(),
                new Config.Lending(offer, l.bandwidthMbps(), l.latencyMs(), l.wanType(), l.listenPort(), l.leaseTime()),
                c.mesh(),
                c.peers(),
                c.policies(),
                c.essentials(),
                c.balance());
    }

    private void harmRadio() {
        SimNode one = any();
        SimNode other = any();
        switch (random.nextInt(4)) {
            case 0, 1 -> {
                simulation.states.reached(State.PARTED);
                world.nodes.forEach(n -> world.parts.put(n, random.nextInt(2)));
                say(
                        one,
                        "the radio is parted: "
                                + world.nodes.stream()
                                        .map(n -> n + " " + world.parts.get(n))
                                        .toList());
                later(seconds(5, 40), world.parts::clear);
            }
            case 2 -> {
                if (one == other) return;
                world.silent.add(Set.of(one, other));
                say(one, "does not hear " + other);
                later(seconds(5, 40), () -> world.silent.remove(Set.of(one, other)));
            }
            default -> {
                world.radioLoss = random.nextDouble() * 0.4;
                say(one, "the radio loses %.0f %%".formatted(world.radioLoss * 100));
                later(seconds(5, 30), () -> world.radioLoss = 0);
            }
        }
    }

    private SimNode any() {
        return world.nodes.get(random.nextInt(world.nodes.size()));
    }

    private void mend() {
        say(world.nodes.getFirst(), "all faults are over");
        over = true;
        List<Wan> dark = world.nodes.stream()
                .flatMap(n -> n.wans.stream())
                .filter(w -> !w.carrier)
                .toList();
        world.heal();
        for (SimNode node : world.nodes) {
            node.skew = Duration.ofSeconds(random.nextInt(60) - 30L);
            node.wans.stream().filter(dark::contains).forEach(node::carrierChanged);
            powerOn(node);
        }
    }

    private boolean over;

    /** Unless all is mended by then. */
    private void later(Duration delay, Runnable what) {
        simulation.agenda.after(delay, () -> {
            if (!over) what.run();
        });
    }

    private void say(SimNode node, String what) {
        simulation.note(node, what);
        simulation.harmed();
    }

    private Duration seconds(int least, int most) {
        return Duration.ofMillis(1000L * least + random.nextInt(1000 * (most - least)));
    }

    private Duration between(Duration from, Duration until) {
        return from.plus(Duration.ofMillis(random.nextLong(until.minus(from).toMillis())));
    }
}
