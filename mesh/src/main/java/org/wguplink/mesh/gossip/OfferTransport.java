package org.wguplink.mesh.gossip;

import java.util.Collection;
import org.wguplink.mesh.document.DocumentType;

/**
 * Carries documents, without looking into them: the seam in front of the gossip engine. Nothing that it says is proven:
 * a member's name is what that member claims.
 */
public interface OfferTransport extends AutoCloseable {
    /** Gives an offer to every member, best effort, each of which hears it once per call. */
    void spread(String offer);

    /**
     * Sends a document to one node, best effort.
     *
     * @param address as in {@link Neighbour} or {@link Inbox#received}
     */
    void send(String address, DocumentType type, String document);

    /** Who is reachable now, without this node; an id can stand there twice while a restarted node's old self fades. */
    Collection<Neighbour> members();

    /** Stops, and leaves no thread behind. */
    @Override
    void close();

    /** Where what arrives goes. Called from the engine's threads: hand over and return. */
    interface Inbox {
        void heard(String offer);

        /** @param sender where an answer goes to; not proven */
        void received(DocumentType type, String document, String sender);

        void joined(Neighbour member);

        void left(Neighbour member);

        /** A connection broke the rules, or something had to be dropped. */
        void refused(String why);
    }
}
