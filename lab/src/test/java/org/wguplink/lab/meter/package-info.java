@NullMarked
package org.wguplink.lab.meter;

import org.jspecify.annotations.NullMarked;
