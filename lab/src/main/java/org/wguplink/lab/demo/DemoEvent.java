package org.wguplink.lab.demo;

import org.wguplink.lab.net.Lab;
import org.wguplink.lab.scenario.Rescue;

/** What a view is told. */
public sealed interface DemoEvent {
    /** Something begins. */
    record Step(String text) implements DemoEvent {}

    /** Something was measured or reached. */
    record Fact(String text) implements DemoEvent {}

    /** The network stands. */
    record Built(Lab lab) implements DemoEvent {}

    /** The LAN host sends from now on. */
    record Watching(Rescue rescue) implements DemoEvent {}

    /** A node's WAN was broken, or healed. */
    record WanChanged(String node, boolean broken) implements DemoEvent {}
}
