package io.scalecube.cluster.membership;

import io.scalecube.cluster.Member;
import org.jspecify.annotations.NullMarked;
import org.wguplink.mesh.gossip.frame.Body;
import org.wguplink.mesh.gossip.frame.FrameException;
import org.wguplink.mesh.gossip.frame.FrameReader;
import org.wguplink.mesh.gossip.frame.FrameWriter;
import org.wguplink.mesh.gossip.frame.MemberFields;

/**
 * {@link MembershipRecord}: member, status (1 byte: 0 alive, 1 suspect, 2 leaving, 3 dead), incarnation (4 bytes, 0 or
 * more).
 */
@NullMarked
public enum RecordBody implements Body {
    RECORD;

    /** Far above what a node reaches by refuting suspicions; keeps a forged one from wrapping round. */
    private static final int MAX_INCARNATION = 1 << 30;

    @Override
    public void write(Object data, FrameWriter out) throws FrameException {
        var entry = (MembershipRecord) data;
        MemberFields.write(entry.member(), out);
        out.u8(
                switch (entry.status()) {
                    case ALIVE -> 0;
                    case SUSPECT -> 1;
                    case LEAVING -> 2;
                    case DEAD -> 3;
                });
        out.i32(entry.incarnation());
    }

    @Override
    public Object read(FrameReader in) throws FrameException {
        return readRecord(in);
    }

    static MembershipRecord readRecord(FrameReader in) throws FrameException {
        Member member = MemberFields.read(in);
        MemberStatus status = switch (in.u8()) {
            case 0 -> MemberStatus.ALIVE;
            case 1 -> MemberStatus.SUSPECT;
            case 2 -> MemberStatus.LEAVING;
            case 3 -> MemberStatus.DEAD;
            default -> throw new FrameException("an unknown status of a member");
        };
        int incarnation = in.i32();
        if (incarnation < 0 || incarnation > MAX_INCARNATION) throw new FrameException("an incarnation out of range");
        return new MembershipRecord(member, status, incarnation);
    }
}
