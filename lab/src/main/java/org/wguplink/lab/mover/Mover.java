package org.wguplink.lab.mover;

import java.io.IOException;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/**
 * Moves the traffic of one node, the client, to another path when its own WAN fails: to the other nodes of the lab, in
 * their order. What it runs dies with the lab.
 */
public interface Mover {

    /** As on the command line and in tables. */
    String name();

    /** How it is set up, a sentence for people. */
    String setup();

    /** What it says of its version; a {@link org.wguplink.lab.net.LabException} where it is not installed. */
    String version() throws IOException;

    /** Whether it can ever leave the own WAN. */
    default boolean hasUplinks() {
        return true;
    }

    /** Starts it in a lab that runs no other, and returns when it watches all paths. */
    void start(Lab lab, LabNode client) throws IOException;
}
