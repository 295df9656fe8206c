package org.wguplink.linux.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.wguplink.core.net.Family;
import org.wguplink.core.route.Layout;
import org.wguplink.linux.netlink.MessageWriter;
import org.wguplink.linux.testing.NetlinkFixtures;

class ConntrackMessageTest {
    @Test
    void isWhatPyroute2Sends() {
        var writer = new MessageWriter();
        Conntrack.delete(writer, Layout.mark(2), Family.BOTH);
        assertThat(NetlinkFixtures.describe(writer.toBytes(), 4, false))
                .isEqualTo(NetlinkFixtures.describe(NetlinkFixtures.read("conntrack-delete"), 4, false));
    }
}
