/** What happens in the lab: a mesh is founded, a WAN fails, traffic moves and comes back. Used by demo, bench and tests. */
@NullMarked
package org.wguplink.lab.scenario;

import org.jspecify.annotations.NullMarked;
