/** What the user says of the way that the traffic of some hosts takes, whatever the failover does with the rest. */
@NullMarked
package org.wguplink.core.policy;

import org.jspecify.annotations.NullMarked;
