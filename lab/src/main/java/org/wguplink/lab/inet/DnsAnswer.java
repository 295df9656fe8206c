package org.wguplink.lab.inet;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Answers any question for an address with {@code 192.0.2.1}, any other with no data (RFC 1035, section 4); there is no
 * top-level domain.
 */
final class DnsAnswer {
    private static final int HEADER = 12;
    private static final short RESPONSE_RECURSIVE = (short) 0x8180;
    private static final int NAME_ERROR = 3;
    private static final short TYPE_A = 1;
    private static final short CLASS_IN = 1;
    private static final short POINTER_TO_QUESTION = (short) 0xc00c;
    private static final int TTL_S = 60;
    private static final int ADDRESS = 0xc0000201;

    private DnsAnswer() {}

    static void answer(ByteBuffer question, InetSocketAddress from, ByteBuffer answer) {
        int end = endOfQuestion(question);
        if (end < 0) return;
        boolean exists = labels(question) > 1;
        boolean isAddress = exists && question.getShort(end - 4) == TYPE_A;
        answer.putShort(question.getShort(0));
        answer.putShort((short) (RESPONSE_RECURSIVE | (exists ? 0 : NAME_ERROR)));
        answer.putShort((short) 1).putShort((short) (isAddress ? 1 : 0)).putInt(0);
        for (int at = HEADER; at < end; at++) answer.put(question.get(at));
        if (!isAddress) return;
        answer.putShort(POINTER_TO_QUESTION).putShort(TYPE_A).putShort(CLASS_IN).putInt(TTL_S);
        answer.putShort((short) 4).putInt(ADDRESS);
    }

    private static int labels(ByteBuffer question) {
        int labels = 0;
        for (int at = HEADER; question.get(at) != 0; at += 1 + (question.get(at) & 0xff)) labels++;
        return labels;
    }

    /** Where the first question ends, or -1 when there is none or it is cut short. */
    private static int endOfQuestion(ByteBuffer question) {
        int at = HEADER;
        while (at < question.limit() && question.get(at) != 0) at += 1 + (question.get(at) & 0xff);
        int end = at + 5;
        return end <= question.limit() ? end : -1;
    }
}
