#!/usr/bin/python3
"""Writes messages.hex: netlink messages made by programs that are not ours. See README.md.

Run as root: /usr/bin/python3 make-fixtures.py
Needs iproute2, strace, util-linux (unshare) and python3-pyroute2. Everything happens in a network namespace of its own.
"""
import base64
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile

if "--inside" not in sys.argv:
    os.execvp("unshare", ["unshare", "-n", sys.executable, os.path.abspath(__file__), "--inside"])

from pyroute2.netlink import NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST
from pyroute2.netlink.generic.wireguard import WG_CMD_GET_DEVICE, WG_CMD_SET_DEVICE, WireGuard, wgmsg
from pyroute2.netlink.nfnetlink import NFNL_SUBSYS_CTNETLINK
from pyroute2.netlink.nfnetlink.nfctsocket import IPCTNL_MSG_CT_DELETE, nfct_msg
from pyroute2.netlink.rtnl import RTM_GETROUTE
from pyroute2.netlink.rtnl.rtmsg import rtmsg

NEWLINK, DELLINK, NEWADDR, DELADDR, NEWROUTE, DELROUTE, NEWRULE, DELRULE = 16, 17, 20, 21, 24, 25, 32, 33
SECRET, ANA, BEN = (base64.b64encode(bytes([b] * 32)) for b in (0x40, 0x11, 0x22))
WIREGUARD_FAMILY = 0x2A

# What ip(8) sends; a command may fail, for its message is all we want. Device indices: lo 1, isp 2, wan 3.
IP = [
    ("route-v4-gateway", NEWROUTE, "-4 route replace default via 198.51.100.1 dev wan table 57401 proto 213 onlink"),
    ("route-v4-device", NEWROUTE, "-4 route replace default dev wan table 57402 proto 213"),
    ("route-v6-gateway", NEWROUTE, "-6 route replace default via 2001:db8:1::1 dev wan table 57401 proto 213 onlink"),
    ("route-v6-device", NEWROUTE, "-6 route replace default dev wan table 57402 proto 213"),
    ("route-v4-throw", NEWROUTE, "-4 route replace throw default table 57400 proto 213"),
    ("route-v6-throw", NEWROUTE, "-6 route replace throw default table 57400 proto 213"),
    ("route-v4-unreachable", NEWROUTE, "-4 route replace unreachable default metric 4294967295 table 57401 proto 213"),
    ("route-v6-prohibit", NEWROUTE, "-6 route replace prohibit default metric 4294967295 table 57401 proto 213"),
    ("route-v4-delete", DELROUTE, "-4 route del unicast default dev wan table 57402 proto 213"),
    ("route-v6-delete", DELROUTE, "-6 route del unicast default via 2001:db8:1::1 dev wan table 57401 proto 213 onlink"),
    ("route-v4-delete-unreachable", DELROUTE,
     "-4 route del unreachable default metric 4294967295 table 57401 proto 213"),
    ("rule-outer", NEWRULE, "-4 rule add pref 5300 fwmark 0x3f000000/0x3f000000 lookup main protocol 213"),
    ("rule-suppress", NEWRULE, "-6 rule add pref 5301 lookup main suppress_prefixlength 0 protocol 213"),
    ("rule-mark", NEWRULE, "-4 rule add pref 5310 fwmark 0x01000000/0x3f000000 lookup 57401 protocol 213"),
    ("rule-oif", NEWRULE, "-6 rule add pref 5340 oif wan lookup 57401 protocol 213"),
    ("rule-from", NEWRULE, "-4 rule add pref 5372 from 100.64.3.2 lookup 57401 protocol 213"),
    ("rule-from-v6", NEWRULE, "-6 rule add pref 5372 from 2001:db8:3::2 lookup 57401 protocol 213"),
    ("rule-sport", NEWRULE, "-4 rule add pref 5302 ipproto udp sport 51820 lookup 57430 protocol 213"),
    ("rule-iif", NEWRULE, "-4 rule add pref 5297 iif wan lookup 57401 protocol 213"),
    ("rule-prohibit", NEWRULE, "-4 rule add pref 5298 iif wan prohibit protocol 213"),
    ("rule-delete-prohibit", DELRULE, "-4 rule del pref 5298 iif wan prohibit protocol 213"),
    ("rule-delete", DELRULE, "-4 rule del pref 5310 fwmark 0x01000000/0x3f000000 lookup 57401 protocol 213"),
    ("link-mtu", NEWLINK, "link set dev wan mtu 1420"),
    ("link-up", NEWLINK, "link set dev wan up"),
    ("link-create", NEWLINK, "link add wgu-ana type wireguard"),
    ("address-v4", NEWADDR, "addr replace 10.250.0.2/32 dev wan"),
    ("address-v6", NEWADDR, "addr replace fd00:250::2/128 dev wan nodad"),
    ("address-delete", DELADDR, "addr del 10.250.0.2/32 dev wan"),
    ("link-delete", DELLINK, "link del dev wan"),
]


def sent_by_ip(arguments, wanted_type):
    """The last message of that type among those that ip sends, from strace's dump of all that is written."""
    with tempfile.NamedTemporaryFile() as trace:
        command = ["strace", "-qq", "-e", "trace=sendmsg,sendto", "-e", "write=all", "-o", trace.name, "ip"]
        subprocess.run(command + arguments.split(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        datagrams = []
        for line in open(trace.name, encoding="latin-1"):
            dump = re.match(r" \| ([0-9a-f]{5,})  ((?:[0-9a-f]{2} {1,2}){1,16})", line)
            if not dump:
                continue
            if int(dump[1], 16) == 0:
                datagrams.append(b"")
            datagrams[-1] += bytes.fromhex(dump[2].replace(" ", ""))
    matching = [d for d in datagrams if len(d) >= 16 and struct.unpack_from("=H", d, 4)[0] == wanted_type]
    if not matching:
        sys.exit("ip %s sent no message of type %d" % (arguments, wanted_type))
    return matching[-1]


def encoded(message, message_type, flags):
    message["header"]["type"] = message_type
    message["header"]["flags"] = flags
    message.encode()
    return bytes(message.data)


def route_look_up(family, bits, destination):
    message = rtmsg()
    message["family"] = family
    message["dst_len"] = bits
    message["attrs"] = [["RTA_DST", destination], ["RTA_MARK", 0x3F000000]]
    return encoded(message, RTM_GETROUTE, NLM_F_REQUEST)


def conntrack_delete():
    message = nfct_msg()
    message["attrs"] = [["CTA_MARK", 0x02000000], ["CTA_MARK_MASK", 0x3F000000]]
    return encoded(message, NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE, NLM_F_REQUEST | NLM_F_ACK)


def wireguard(command, attributes, flags):
    message = wgmsg()
    message["cmd"] = command
    message["version"] = 1
    message["attrs"] = [["WGDEVICE_A_IFNAME", "wgu-ana"]] + attributes
    return encoded(message, WIREGUARD_FAMILY, flags)


def wireguard_peers(*peers):
    """The attributes that pyroute2's own WireGuard.set() makes of peers."""
    message = wgmsg()
    lists = []
    for peer in peers:
        WireGuard._wg_set_peer(WireGuard.__new__(WireGuard), message, peer)
        lists += message["attrs"].pop()[1]
    return [["WGDEVICE_A_PEERS", lists]]


subprocess.run("ip link add wan type veth peer name isp".split(), check=True)
messages = [(name, sent_by_ip(arguments, kind)) for name, kind, arguments in IP]
messages.append(("getroute-v4", route_look_up(socket.AF_INET, 32, "203.0.113.5")))
messages.append(("getroute-v6", route_look_up(socket.AF_INET6, 128, "2001:db8:2::5")))
messages.append(("conntrack-delete", conntrack_delete()))
messages.append(("wireguard-get", wireguard(WG_CMD_GET_DEVICE, [], NLM_F_REQUEST | NLM_F_DUMP)))
device = [["WGDEVICE_A_PRIVATE_KEY", SECRET], ["WGDEVICE_A_LISTEN_PORT", 51820], ["WGDEVICE_A_FWMARK", 0x3F000000]]
peers = wireguard_peers(
    {"public_key": ANA, "endpoint_addr": "198.51.100.1", "endpoint_port": 51820, "persistent_keepalive": 25,
     "allowed_ips": ["0.0.0.0/0"]},
    {"public_key": BEN, "endpoint_addr": "2001:db8::1", "endpoint_port": 51821, "persistent_keepalive": 0,
     "allowed_ips": ["fd00:250::2/128"]},
)
messages.append(("wireguard-set", wireguard(WG_CMD_SET_DEVICE, device + peers, NLM_F_REQUEST | NLM_F_ACK)))
removal = wireguard_peers({"public_key": ANA, "remove": True})
messages.append(("wireguard-remove-peer", wireguard(WG_CMD_SET_DEVICE, removal, NLM_F_REQUEST | NLM_F_ACK)))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "messages.hex"), "w") as out:
    for name, message in messages:
        out.write("%s %s\n" % (name, message.hex()))
