@NullMarked
package org.wguplink.lab.mover;

import org.jspecify.annotations.NullMarked;
