package org.wguplink.core.route;

import java.util.Optional;
import org.wguplink.core.policy.Selector;

/**
 * Where traffic goes that the user has a policy for.
 *
 * @param path the number of a path that there is; empty: new flows are refused
 */
public record PolicyRoute(Selector selector, Optional<Integer> path) {}
