package org.wguplink.linux.netlink;

import java.util.Optional;

/** What a device has carried since it was made (struct rtnl_link_stats64, linux/if_link.h). */
public record LinkTraffic(long rxBytes, long txBytes) {
    private static final int RX_BYTES = 16;
    private static final int TX_BYTES = 24;

    static Optional<LinkTraffic> of(Message message) {
        return message.attributes(Rtnetlink.IFINFO_LENGTH)
                .find(Rtnetlink.IFLA_STATS64)
                .filter(stats -> stats.limit() >= TX_BYTES + Long.BYTES)
                .map(stats -> new LinkTraffic(stats.getLong(RX_BYTES), stats.getLong(TX_BYTES)));
    }
}
