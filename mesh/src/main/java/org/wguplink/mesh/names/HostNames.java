package org.wguplink.mesh.names;

import java.net.InetAddress;
import java.util.List;

/** What is known of host names. Neither method waits. */
public interface HostNames {
    /** The addresses of a name as they were last heard; none while it is not known, and then it is asked for. */
    List<InetAddress> known(String host);

    /** Nobody answers at the addresses that are known: ask again, unless that was done a moment ago. */
    void refresh(String host);
}
