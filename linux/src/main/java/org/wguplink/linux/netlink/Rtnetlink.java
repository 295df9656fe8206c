package org.wguplink.linux.netlink;

import org.wguplink.core.net.Family;
import org.wguplink.linux.ffi.NativeSocket;

/** Numbers of linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h and linux/fib_rules.h. */
final class Rtnetlink {
    private Rtnetlink() {}

    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    static final int RTM_GETLINK = 18;
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    static final int RTM_GETADDR = 22;
    static final int RTM_NEWROUTE = 24;
    static final int RTM_DELROUTE = 25;
    static final int RTM_GETROUTE = 26;
    static final int RTM_NEWRULE = 32;
    static final int RTM_DELRULE = 33;
    static final int RTM_GETRULE = 34;

    static final int RTMGRP_LINK = 0x1;
    static final int RTMGRP_IPV4_IFADDR = 0x10;
    static final int RTMGRP_IPV4_ROUTE = 0x40;
    static final int RTMGRP_IPV4_RULE = 0x80;
    static final int RTMGRP_IPV6_IFADDR = 0x100;
    static final int RTMGRP_IPV6_ROUTE = 0x400;
    static final int RTMGRP_IPV6_RULE = 0x40000;

    static final int IFINFO_LENGTH = 16;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int IFLA_LINKINFO = 18;
    static final int IFLA_STATS64 = 23;
    static final int IFLA_EXT_MASK = 29;
    static final int IFLA_INFO_KIND = 1;
    static final int RTEXT_FILTER_SKIP_STATS = 8;
    static final int IFF_UP = 0x1;
    static final int IFF_LOWER_UP = 0x10000;

    static final int IFADDR_LENGTH = 8;
    static final int IFA_ADDRESS = 1;
    static final int IFA_LOCAL = 2;
    static final int IFA_FLAGS = 8;
    static final int IFA_F_NODAD = 0x2;
    static final int IFA_F_OPTIMISTIC = 0x4;
    static final int IFA_F_DADFAILED = 0x8;
    static final int IFA_F_TENTATIVE = 0x40;

    static final int RTMSG_LENGTH = 12;
    static final int RTA_DST = 1;
    static final int RTA_OIF = 4;
    static final int RTA_GATEWAY = 5;
    static final int RTA_PRIORITY = 6;
    static final int RTA_METRICS = 8;
    static final int RTA_MULTIPATH = 9;
    static final int RTA_TABLE = 15;
    static final int RTA_MARK = 16;
    static final int RTA_VIA = 18;
    static final int RTN_UNICAST = 1;
    static final int RTM_F_CLONED = 0x200;
    static final int RTNH_F_DEAD = 0x1;
    static final int RTNH_F_ONLINK = 0x4;
    static final int RT_SCOPE_UNIVERSE = 0;
    static final int RT_SCOPE_LINK = 253;
    static final int RT_SCOPE_NOWHERE = 255;

    static final int FRA_DST = 1;
    static final int FRA_SRC = 2;
    static final int FRA_IIFNAME = 3;
    static final int FRA_PRIORITY = 6;
    static final int FRA_FWMARK = 10;
    static final int FRA_SUPPRESS_PREFIXLEN = 14;
    static final int FRA_TABLE = 15;
    static final int FRA_FWMASK = 16;
    static final int FRA_OIFNAME = 17;
    static final int FRA_UID_RANGE = 20;
    static final int FRA_PROTOCOL = 21;
    static final int FRA_IP_PROTO = 22;
    static final int FRA_SPORT_RANGE = 23;
    static final int FRA_DPORT_RANGE = 24;
    static final int FIB_RULE_INVERT = 2;
    static final int FR_ACT_TO_TBL = 1;
    static final int FR_ACT_PROHIBIT = 8;

    /** {@code AF_INET} or {@code AF_INET6}. */
    static int number(Family family) {
        return family == Family.IPV4 ? NativeSocket.AF_INET : NativeSocket.AF_INET6;
    }
}
