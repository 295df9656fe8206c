/**
 * Whether a consumer's packets get through this node to the internet and back: asked with real packets that take the
 * consumer's whole way, and, when they do not come back, with the kernel's own word on who dropped them.
 */
@NullMarked
package org.wguplink.linux.forwarding;

import org.jspecify.annotations.NullMarked;
