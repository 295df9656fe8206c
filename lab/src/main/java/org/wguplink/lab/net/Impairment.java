package org.wguplink.lab.net;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.wguplink.lab.inet.DelayRelay;

/** What makes a node's WAN limp without killing it. Done at the provider's router. */
public sealed interface Impairment {
    /** Undoes it. */
    @FunctionalInterface
    interface Mending {
        void mend() throws IOException;
    }

    /** Does it, and says how it is undone. */
    Mending inject(LabName lab, Site site) throws IOException;

    /**
     * The node's packets towards the internet are lost at random.
     *
     * @param percent 1 to 99
     */
    record Loss(int percent) implements Impairment {
        private static final String TABLE = "lab_loss";

        @Override
        public Mending inject(LabName lab, Site site) throws IOException {
            String isp = lab.namespace(site.isp());
            Command.run(Fault.nft(isp, """
                    table netdev %s {
                        chain up {
                            type filter hook ingress device wan priority -10
                            numgen random mod 100 < %d drop
                        }
                    }
                    """.formatted(TABLE, percent)));
            return () -> Command.run(Fault.nft(isp, "delete table netdev " + TABLE));
        }
    }

    /**
     * Both directions are limited, with a queue.
     *
     * @param kbitPerSecond 1 to 1000000
     * @param queueMs how long a packet may wait in it
     */
    record Rate(int kbitPerSecond, int queueMs) implements Impairment {
        /** Bytes that the limit may overshoot, at most the tick of a kernel with 250 a second behind (tc-tbf(8)). */
        private int burst() {
            return Math.max(4096, kbitPerSecond / 2);
        }

        @Override
        public Mending inject(LabName lab, Site site) throws IOException {
            String isp = lab.namespace(site.isp());
            for (String device : DEVICES)
                tc(
                        isp,
                        "qdisc add dev %s root tbf rate %dkbit burst %d latency %dms"
                                .formatted(device, kbitPerSecond, burst(), queueMs));
            return () -> {
                for (String device : DEVICES) tc(isp, "qdisc del dev %s root".formatted(device));
            };
        }

        private static void tc(String namespace, String words) throws IOException {
            List<String> args = new ArrayList<>(List.of("tc", "-n", namespace));
            args.addAll(List.of(words.split(" ", -1)));
            Command.run(args);
        }
    }

    /**
     * Every packet is that much later, in both directions.
     *
     * @param millis 1 to 5000, each way
     */
    record Delay(int millis) implements Impairment {
        @Override
        public Mending inject(LabName lab, Site site) throws IOException {
            Duration delay = Duration.ofMillis(millis);
            return new Delays(now -> delay.toNanos(), delay).inject(lab, site);
        }
    }

    /**
     * Every packet is later, in both directions, by a time of its own; none overtakes another.
     *
     * @param nanos the delay of a packet that comes at a moment of {@link System#nanoTime()}
     */
    record Delays(LongUnaryOperator nanos, Duration longest) implements Impairment {
        private static final String TUN = "lab_delay";

        @Override
        public Mending inject(LabName lab, Site site) throws IOException {
            String isp = lab.namespace(site.isp());
            DelayRelay relay = DelayRelay.start(isp, TUN, nanos, longest);
            Command.run(Fault.ip(isp, "link set %s up".formatted(TUN)));
            for (String family : FAMILIES) {
                Command.run(Fault.ip(isp, "%s route add default dev %s table 7".formatted(family, TUN)));
                for (String device : DEVICES)
                    Command.run(Fault.ip(isp, "%s rule add pref 100 iif %s lookup 7".formatted(family, device)));
            }
            return () -> {
                for (String family : FAMILIES)
                    for (String device : DEVICES)
                        Command.run(Fault.ip(isp, "%s rule del pref 100 iif %s".formatted(family, device)));
                relay.drain();
            };
        }
    }

    /**
     * Echo requests of the node are dropped beyond so many a second; all of them with 0.
     *
     * @param perSecond 0 to 1000
     */
    record Echoes(int perSecond) implements Impairment {
        private static final String TABLE = "lab_echoes";

        @Override
        public Mending inject(LabName lab, Site site) throws IOException {
            String isp = lab.namespace(site.isp());
            String beyond = perSecond == 0 ? "" : "limit rate over %d/second burst 1 packets ".formatted(perSecond);
            Command.run(Fault.nft(isp, """
                    table netdev %1$s {
                        chain up {
                            type filter hook ingress device wan priority -10
                            icmp type echo-request %2$sdrop
                            icmpv6 type echo-request %2$sdrop
                        }
                    }
                    """.formatted(TABLE, beyond)));
            return () -> Command.run(Fault.nft(isp, "delete table netdev " + TABLE));
        }
    }

    /** The router's, towards the node and towards the internet. */
    List<String> DEVICES = List.of("wan", "core");

    List<String> FAMILIES = List.of("-4", "-6");
}
