@NullMarked
package org.wguplink.lab.inet;

import org.jspecify.annotations.NullMarked;
