package org.wguplink.core.route;

import java.util.Optional;
import org.wguplink.core.net.Family;
import org.wguplink.core.policy.Selector;

/**
 * Where traffic of one family goes that the user has a policy for.
 *
 * @param path the number of a path that there is; empty: new flows are refused
 */
public record PolicyRoute(Family family, Selector selector, Optional<Integer> path) {}
