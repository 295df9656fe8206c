@NullMarked
package org.wguplink.lab.bench;

import org.jspecify.annotations.NullMarked;
