/**
 * What the mesh has said, kept on disk as it was signed, so that a start does not depend on the mesh. It is verified
 * against the roster in force as if it had just arrived.
 */
@NullMarked
package org.wguplink.daemon.memory;

import org.jspecify.annotations.NullMarked;
