@NullMarked
package org.wguplink.lab.demo;

import org.jspecify.annotations.NullMarked;
