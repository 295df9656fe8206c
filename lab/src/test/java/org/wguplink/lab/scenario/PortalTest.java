package org.wguplink.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.wguplink.control.Status;
import org.wguplink.lab.NeedsLab;
import org.wguplink.lab.net.Cut;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** A node that comes to a network where one must log in first: names and pings work there, and no page comes. */
@NeedsLab
class PortalTest {
    @Test
    void aWanBehindACaptivePortalIsLeftUntilSomebodyHasLoggedIn() throws Exception {
        try (Lab lab = Lab.build(List.of("A", "C"))) {
            LabNode a = lab.node("A");
            LabNode c = lab.node("C");
            MeshSetup.found(lab);
            Cut portal = c.cut(Fault.PORTAL);
            assertThat(Facts.exitOfLan(c)).as("the page that a host gets").isEmpty();
            for (LabNode node : lab.nodes()) node.startDaemon();
            Facts.awaitUplink(c, a, "available");
            Await.until("C lends nothing", Facts.SOON, c, () -> {
                String why = String.valueOf(c.status().offering().reason());
                return Await.Seen.when(why.equals("its own WAN is behind a captive portal"), why);
            });
            MeshSetup.addUplinks(c, List.of(a));
            Facts.awaitVia(c, a);
            Status captive = c.status();
            assertThat(captive.reason()).isEqualTo("wan is behind a captive portal");
            assertThat(captive.wan().state()).isEqualTo("up");
            assertThat(captive.wan().reason()).isEqualTo("it is behind a captive portal");
            assertThat(c.wgctl("uplink", "why").orThrow()).contains("works, and is behind a captive portal");
            assertThat(Facts.exitOfLan(c)).isEqualTo(a.site().wan4());

            portal.heal();
            Facts.awaitState(c, "direct");
            assertThat(Facts.exitOfLan(c)).isEqualTo(c.site().wan4());
            assertThat(c.status().wan().reason()).isNull();

            // a session that runs out while the path lives: traffic stops, and pings go on
            try (TcpClient.Server _ = TcpClient.Server.start(lab.inetNamespace());
                    TcpClient _ =
                            TcpClient.connect(c.hostNamespace(), c.site().host4(), "8.8.8.8", TcpClient.Work.SEND);
                    Cut _ = c.cut(Fault.PORTAL)) {
                Facts.awaitVia(c, a);
                assertThat(c.status().wan().reason()).isEqualTo("it is behind a captive portal");
            }
        }
    }
}
