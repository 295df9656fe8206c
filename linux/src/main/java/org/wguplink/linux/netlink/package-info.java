/**
 * The kernel's links, addresses, routes and policy rules, read and changed over rtnetlink (RFC 3549, netlink(7),
 * rtnetlink(7), linux/rtnetlink.h, linux/fib_rules.h). Only what carries our protocol number and lies in our range of
 * tables and priorities is ever changed.
 */
@NullMarked
package org.wguplink.linux.netlink;

import org.jspecify.annotations.NullMarked;
