package org.wguplink.lab.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.wguplink.core.offer.WanType;

class NodeSettingsTest {
    @Test
    void theConfigurationIsTheOneThatTheDaemonReads() {
        NodeSettings settings = NodeSettings.line(100, WanType.FIBER).with("option drain_time '5'");
        assertThat(settings.uci(new Site("C", 3), new Site("A", 1))).isEqualTo("""
                config wireguard-uplink 'uplink'
                	option enabled '1'
                	option auto_failover '1'
                	option min_uplinks '3'
                	option check_interval '30'
                	option failover_timeout '10'
                	option prefer_latency '1'
                	option peer_id 'nodeC'
                	list wan 'wan'
                	option offer '1'
                	option bandwidth_mbps '100'
                	option wan_type 'fiber'
                	option drain_time '5'

                config mesh 'mesh'
                	option address '10.250.0.3'
                	option port '7900'
                	list seed '10.250.0.1:7900'
                """);
    }
}
