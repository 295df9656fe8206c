/** What moves a node's traffic when its WAN fails: this project, and others to compare it with. */
@NullMarked
package org.wguplink.lab.mover;

import org.jspecify.annotations.NullMarked;
