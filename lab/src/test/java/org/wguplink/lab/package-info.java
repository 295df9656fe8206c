@NullMarked
package org.wguplink.lab;

import org.jspecify.annotations.NullMarked;
