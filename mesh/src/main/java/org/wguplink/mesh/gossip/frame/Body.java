package org.wguplink.mesh.gossip.frame;

/** How the data of one kind of message is written and read. */
public interface Body {
    void write(Object data, FrameWriter out) throws FrameException;

    Object read(FrameReader in) throws FrameException;
}
