/**
 * The lab: the specification's picture built of network namespaces on one machine, faults, an outage meter, the demo and
 * the benchmarks. Nothing of it touches a real network; it needs root.
 */
@NullMarked
package org.wguplink.lab;

import org.jspecify.annotations.NullMarked;
