package io.scalecube.cluster.membership;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.transport.api.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.wguplink.mesh.gossip.frame.Body;
import org.wguplink.mesh.gossip.frame.FrameException;
import org.wguplink.mesh.gossip.frame.FrameReader;
import org.wguplink.mesh.gossip.frame.FrameWriter;

/**
 * {@link SyncData}: the count of records (2 bytes, at most 1000) and the records.
 *
 * <p>Lives in ScaleCube's package because the data class is visible only there; the class path allows that, and the
 * compiler checks every field, which reflection would not.
 */
@NullMarked
public enum SyncBody implements Body {
    SYNC;

    private static final int MAX_RECORDS = 1000;

    @Override
    public void write(Object data, FrameWriter out) throws FrameException {
        Collection<MembershipRecord> records = ((SyncData) data).getMembership();
        out.u16(records.size());
        for (MembershipRecord entry : records) RecordBody.RECORD.write(entry, out);
    }

    @Override
    public Object read(FrameReader in) throws FrameException {
        int count = in.u16(MAX_RECORDS);
        List<MembershipRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) records.add(RecordBody.readRecord(in));
        return new SyncData(records);
    }

    /** A sync that tells of one member alone: who gets it takes the member in, and answers with all it knows. */
    public static Message introducing(Member self) {
        var alone = new SyncData(List.of(new MembershipRecord(self, MemberStatus.ALIVE, 0)));
        return Message.withData(alone).qualifier(MembershipProtocolImpl.SYNC).build();
    }
}
