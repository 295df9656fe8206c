package org.wguplink.lab.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.wguplink.core.time.MonoTime;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.scenario.Await;
import org.wguplink.lab.scenario.MeshSetup;
import org.wguplink.lab.scenario.Rescue;

/** The specification's picture, played: C's WAN dies and A helps, A's WAN dies and B helps, all heal and C goes home. */
final class Story {
    static final List<String> NODES = List.of("A", "B", "C", "D");
    private final Lab lab;
    private final DemoView view;
    private final Duration look;

    /** @param look how long every state is held, so that a person sees what has changed */
    Story(Lab lab, DemoView view, Duration look) {
        this.lab = lab;
        this.view = view;
        this.look = look;
    }

    /** Plays it all; throws with the reason when anything did not happen. */
    DemoResult play() throws IOException {
        LabNode c = lab.node("C");
        step("founding the mesh: A invites B, C and D, and signs the roster");
        MeshSetup.found(lab);
        step("starting uplinkd on A, B, C and D");
        MeshSetup.startDaemons(lab);
        fact("every node has heard the offers of the three others");
        step("C adds uplinks: nodeA first, then nodeB, then nodeD");
        MeshSetup.addUplinks(c, List.of(lab.node("A"), lab.node("B"), lab.node("D")));
        fact("three tunnels are up and verified");
        List<Cut> cuts = new ArrayList<>();
        try (Rescue rescue = Rescue.watch(lab, c)) {
            view.show(new DemoEvent.Watching(rescue));
            step("a host in C's LAN sends a packet every 5 ms; it leaves by C's own WAN");
            Await.pause(look);
            return play(rescue, cuts);
        } finally {
            for (Cut cut : cuts) cut.close();
        }
    }

    private DemoResult play(Rescue rescue, List<Cut> cuts) throws IOException {
        Rescue.Switch toA = kill(rescue, "C", "A", cuts);
        Await.pause(look);
        Rescue.Switch toB = kill(rescue, "A", "B", cuts);
        Await.pause(look);
        heal(cuts.get(1), "A");
        MonoTime healedAt = heal(cuts.get(0), "C");
        Rescue.Failback back = rescue.measureFailback(healedAt);
        long freshBackMs = back.freshBack().toMillis();
        fact("new flows use C's WAN again %.1f s after it came back".formatted(freshBackMs / 1000.0));
        fact("the established flow %s; packets lost: %d"
                .formatted(back.pinnedStayed() ? "stayed on its uplink" : "changed its exit", back.pinnedLost()));
        Await.pause(look);
        return new DemoResult(
                toA.outage().toMillis(), toA.via(), toB.outage().toMillis(), toB.via(), back.pinnedLost(), freshBackMs);
    }

    private Rescue.Switch kill(Rescue rescue, String victim, String heir, List<Cut> cuts) throws IOException {
        step("%s's WAN dies: nothing gets through, the carrier stays".formatted(victim));
        view.show(new DemoEvent.WanChanged(victim, true));
        Rescue.Switch change = rescue.cut(lab.node(victim), Fault.BLACKHOLE, lab.node(heir), cuts);
        fact("C's LAN leaves by %s's WAN, via %s, after %d ms without a reply"
                .formatted(heir, change.via(), change.outage().toMillis()));
        return change;
    }

    private MonoTime heal(Cut cut, String node) throws IOException {
        step("%s's WAN is back".formatted(node));
        MonoTime at = cut.heal();
        view.show(new DemoEvent.WanChanged(node, false));
        return at;
    }

    private void step(String text) {
        view.show(new DemoEvent.Step(text));
    }

    private void fact(String text) {
        view.show(new DemoEvent.Fact(text));
    }
}
