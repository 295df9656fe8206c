/**
 * Who a node of the mesh is.
 */
@NullMarked
package org.wguplink.core.peer;

import org.jspecify.annotations.NullMarked;
