/**
 * WireGuard interfaces: by generic netlink where the kernel has the module (linux/wireguard.h), else by wireguard-go and
 * its control socket (https://www.wireguard.com/xplatform/). Private keys pass through here and are never printed.
 */
@NullMarked
package org.wguplink.linux.wireguard;

import org.jspecify.annotations.NullMarked;
