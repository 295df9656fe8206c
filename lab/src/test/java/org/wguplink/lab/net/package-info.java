@NullMarked
package org.wguplink.lab.net;

import org.jspecify.annotations.NullMarked;
