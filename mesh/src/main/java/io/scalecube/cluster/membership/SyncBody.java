package io.scalecube.cluster.membership;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.transport.api.Message;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.wguplink.mesh.gossip.frame.Body;
import org.wguplink.mesh.gossip.frame.FrameException;
import org.wguplink.mesh.gossip.frame.FrameReader;
import org.wguplink.mesh.gossip.frame.FrameWriter;
import org.wguplink.mesh.logging.OnceAMinute;

/**
 * {@link SyncData}: the count of records (2 bytes, at most 100) and the records.
 *
 * <p>A hundred records fit a frame whatever the names and addresses are. A larger mesh goes on working: each sync then
 * tells of a hundred members, those whose being alive is in doubt first and the others at random, so that it takes
 * several syncs to hear of everybody; a warning says so, once a minute.
 */
@NullMarked
public enum SyncBody implements Body {
    SYNC;

    static final int MAX_RECORDS = 100;

    private static final System.Logger LOG = System.getLogger(SyncBody.class.getName());
    private static final OnceAMinute SELDOM = new OnceAMinute();

    @Override
    public void write(Object data, FrameWriter out) throws FrameException {
        List<MembershipRecord> records = fitting(((SyncData) data).getMembership());
        out.u16(records.size());
        for (MembershipRecord entry : records) RecordBody.RECORD.write(entry, out);
    }

    @Override
    public Object read(FrameReader in) throws FrameException {
        int count = in.u16(MAX_RECORDS);
        List<MembershipRecord> records = new ArrayList<>(count);
        for (int i = 0; i < count; i++) records.add(RecordBody.readRecord(in));
        return new SyncData(records);
    }

    /** A sync that tells of one member alone: who gets it takes the member in, and answers with all it knows. */
    public static Message introducing(Member self) {
        var alone = new SyncData(List.of(new MembershipRecord(self, MemberStatus.ALIVE, 0)));
        return Message.withData(alone).qualifier(MembershipProtocolImpl.SYNC).build();
    }

    private static List<MembershipRecord> fitting(Collection<MembershipRecord> all) {
        var records = new ArrayList<>(all);
        if (records.size() <= MAX_RECORDS) return records;
        SELDOM.pass("a sync of the membership has room for %d of the members".formatted(MAX_RECORDS), System.nanoTime())
                .ifPresent(text -> LOG.log(Level.WARNING, "{0}, not for {1}: it takes several", text, all.size()));
        Collections.shuffle(records);
        records.sort(Comparator.comparing(MembershipRecord::isAlive)); // false, in doubt, comes first
        return records.subList(0, MAX_RECORDS);
    }
}
