package org.wguplink.lab.net;

import java.util.List;
import org.wguplink.core.offer.WanType;

/** What a node's {@code /etc/config/wireguard-uplink} says beyond the defaults. */
public record NodeSettings(int bandwidthMbps, WanType wanType, int minUplinks, List<String> extraOptions) {
    public static final int MESH_PORT = 7900;

    public NodeSettings {
        extraOptions = List.copyOf(extraOptions);
    }

    public static NodeSettings line(int bandwidthMbps, WanType wanType) {
        return new NodeSettings(bandwidthMbps, wanType, 3, List.of());
    }

    /** Adds a line of the section {@code uplink}, such as {@code option check_interval '5'}. */
    public NodeSettings with(String option) {
        List<String> more = new java.util.ArrayList<>(extraOptions);
        more.add(option);
        return new NodeSettings(bandwidthMbps, wanType, minUplinks, more);
    }

    /** The file's text for one node that first looks for the mesh at {@code seed}. */
    String uci(Site site, Site seed) {
        StringBuilder text = new StringBuilder("""
                config wireguard-uplink 'uplink'
                	option enabled '1'
                	option auto_failover '1'
                	option min_uplinks '%d'
                	option check_interval '30'
                	option failover_timeout '10'
                	option prefer_latency '1'
                	option peer_id '%s'
                	list wan 'wan'
                	option offer '1'
                	option bandwidth_mbps '%d'
                	option wan_type '%s'
                """.formatted(minUplinks, site.peerId(), bandwidthMbps, wanType));
        extraOptions.forEach(option -> text.append('\t').append(option).append('\n'));
        return text.append("""

                config mesh 'mesh'
                	option address '%s'
                	option port '%d'
                	list seed '%s:%d'
                """.formatted(site.mesh4(), MESH_PORT, seed.mesh4(), MESH_PORT))
                .toString();
    }
}
