/** The ways to the internet that a node has: its own WAN, and uplinks through peers. */
@NullMarked
package org.wguplink.core.path;

import org.jspecify.annotations.NullMarked;
