/**
 * Who belongs to the mesh: nodes and their keys, signed by the master. A node takes the first master it is given (after
 * its user agreed) and from then on that one alone; the serial keeps an old roster from coming back.
 */
@NullMarked
package org.wguplink.mesh.roster;

import org.jspecify.annotations.NullMarked;
