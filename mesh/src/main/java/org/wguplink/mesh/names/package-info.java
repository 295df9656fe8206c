/** Host names, looked up where waiting harms nobody, and remembered for when there is nobody to ask. */
@NullMarked
package org.wguplink.mesh.names;

import org.jspecify.annotations.NullMarked;
