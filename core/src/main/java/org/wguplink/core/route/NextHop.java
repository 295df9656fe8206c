package org.wguplink.core.route;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Where packets leave.
 *
 * @param gateway empty when every destination is on the link
 */
public record NextHop(String device, Optional<InetAddress> gateway) {}
