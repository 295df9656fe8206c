@NullMarked
package org.wguplink.lab.scenario;

import org.jspecify.annotations.NullMarked;
