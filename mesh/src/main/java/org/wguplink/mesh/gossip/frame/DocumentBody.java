package org.wguplink.mesh.gossip.frame;

import org.wguplink.mesh.document.DocumentType;

/** One of our signed documents, as text; what it says is verified later, by who asked for it. */
enum DocumentBody implements Body {
    TEXT;

    @Override
    public void write(Object data, FrameWriter out) throws FrameException {
        out.text((String) data, DocumentType.MAX_MESSAGE);
    }

    @Override
    public Object read(FrameReader in) throws FrameException {
        return in.text(DocumentType.MAX_MESSAGE);
    }
}
