/**
 * What a LAN host notices. {@link org.wguplink.lab.meter.OutageMeter} probes over one 5-tuple, so that NAT state and flow
 * pinning matter; {@link org.wguplink.lab.meter.FreshFlows} shows where new flows leave. Every reply names the source
 * address that the internet saw, hence the WAN in use.
 */
@NullMarked
package org.wguplink.lab.meter;

import org.jspecify.annotations.NullMarked;
