package org.wguplink.lab.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.wguplink.lab.Main;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Image;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** Leaves a lab up for its user, and says what can be done with it. */
final class Keeping {
    private Keeping() {}

    /** Returns the guide. */
    static String keep(Lab lab, Image image) throws IOException {
        String guide = guide(lab, image);
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                Main.SERVERS));
        command.add(lab.name().toString());
        lab.nodes().forEach(node -> command.add(node.name()));
        lab.keep(command);
        return guide;
    }

    private static String guide(Lab lab, Image image) throws IOException {
        LabNode c = lab.node("C");
        return """
                The lab %1$s is up. Look around:
                  %2$s --root %3$s status
                  %2$s --root %3$s uplink list
                  tail -f %3$s/uplinkd.log
                  nsenter --mount --net -t %4$d -- wg show
                  ip netns exec %5$s ip route
                  ip netns exec %6$s ping 8.8.8.8
                Cut C's WAN silently, and heal it:
                  %7$s
                  %8$s
                Cut its carrier, and heal it:
                  %9$s
                  %10$s
                Remove everything:
                  ./demo --clean %1$s
                """.formatted(
                        lab.name(),
                        image.wgctl(),
                        c.root(),
                        c.holderPid(),
                        c.namespace(),
                        c.hostNamespace(),
                        c.howToCut(Fault.BLACKHOLE),
                        c.howToHeal(Fault.BLACKHOLE),
                        c.howToCut(Fault.CARRIER),
                        c.howToHeal(Fault.CARRIER));
    }
}
