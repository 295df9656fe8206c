package org.wguplink.lab.mover;

import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;

/** What the network does by itself. */
final class Nothing implements Mover {
    @Override
    public String name() {
        return "nothing";
    }

    @Override
    public String setup() {
        return "the network by itself";
    }

    @Override
    public String version() {
        return "-";
    }

    @Override
    public boolean hasUplinks() {
        return false;
    }

    @Override
    public void start(Lab lab, LabNode client) {}
}
