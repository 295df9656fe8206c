package org.wguplink.lab.inet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Questions and answers of DNS (RFC 1035, section 4). Any question for an address is answered with one of {@code
 * 192.0.2.0/24} that names who answers: 1 for the internet's servers, 100 + n for the resolver of the n-th node's ISP; but
 * one for a server of the pages by which daemons find captive portals with 8.8.8.8. Any other is answered with no data;
 * there is no top-level domain.
 */
public final class DnsAnswer {
    static final int INTERNET = 1;
    private static final int ISP = 100;

    private static final int HEADER = 12;
    private static final short RECURSION_DESIRED = 0x0100;
    private static final short RESPONSE_RECURSIVE = (short) 0x8180;
    private static final int NAME_ERROR = 3;
    private static final int REFUSED = 5;
    private static final short TYPE_A = 1;
    private static final short CLASS_IN = 1;
    private static final short POINTER_TO_QUESTION = (short) 0xc00c;
    private static final int TTL_S = 60;
    private static final int NETWORK = 0xc0000200;
    private static final int PUBLIC = 0x08080808;
    private static final List<String> PAGE_SERVERS =
            List.of("\21connectivitycheck\7gstatic\3com\0", "\2cp\12cloudflare\3com\0");
    private static final int DIGITS = Integer.BYTES * 2;
    private static final byte[] DOMAIN = {4, 't', 'e', 's', 't', 0};

    private DnsAnswer() {}

    static int ofIsp(int node) {
        return ISP + node;
    }

    /** @param who answers, 0 to 255 */
    static void answer(int who, ByteBuffer question, ByteBuffer answer) {
        int end = endOfQuestion(question);
        if (end < 0) return;
        boolean exists = labels(question) > 1;
        boolean isAddress = exists && question.getShort(end - 4) == TYPE_A;
        begin(question, exists ? 0 : NAME_ERROR, isAddress ? 1 : 0, end, answer);
        if (!isAddress) return;
        answer.putShort(POINTER_TO_QUESTION).putShort(TYPE_A).putShort(CLASS_IN).putInt(TTL_S);
        answer.putShort((short) 4)
                .putInt(PAGE_SERVERS.stream().anyMatch(name -> isFor(name, question)) ? PUBLIC : NETWORK | who);
    }

    /** What a resolver says to strangers. */
    static void refuse(ByteBuffer question, ByteBuffer answer) {
        int end = endOfQuestion(question);
        if (end >= 0) begin(question, REFUSED, 0, end, answer);
    }

    /**
     * Asks for the address of a name that nobody has asked for before: a forwarder would have it in its cache, or wait with
     * us for who asked first. Allocates nothing.
     *
     * @param sequence its lower 16 bits identify the question
     */
    public static ByteBuffer ask(int sequence, ByteBuffer question) {
        question.clear().putShort((short) sequence).putShort(RECURSION_DESIRED);
        question.putShort((short) 1).putShort((short) 0).putInt(0);
        question.put((byte) DIGITS);
        for (int digit = 0; digit < DIGITS; digit++)
            question.put((byte) Character.forDigit((sequence >>> (4 * digit)) & 0xf, 16));
        return question.put(DOMAIN).putShort(TYPE_A).putShort(CLASS_IN).flip();
    }

    /** Whether it is an answer with an address, and no refusal. */
    public static boolean isAddress(ByteBuffer answer) {
        return answer.limit() > HEADER + 16 && answer.getShort(2) == RESPONSE_RECURSIVE && answer.getShort(6) == 1;
    }

    public static int identifier(ByteBuffer answer) {
        return answer.getShort(0) & 0xffff;
    }

    /** The node whose ISP's resolver gave the address; 0 for the internet's own servers. */
    public static int isp(ByteBuffer answer) {
        return Math.max(0, (answer.get(answer.limit() - 1) & 0xff) - ISP);
    }

    private static void begin(ByteBuffer question, int code, int answers, int end, ByteBuffer answer) {
        answer.putShort(question.getShort(0)).putShort((short) (RESPONSE_RECURSIVE | code));
        answer.putShort((short) 1).putShort((short) answers).putInt(0);
        for (int at = HEADER; at < end; at++) answer.put(question.get(at));
    }

    private static boolean isFor(String name, ByteBuffer question) {
        return question.slice(HEADER, Math.min(name.length(), question.limit() - HEADER))
                .equals(US_ASCII.encode(name));
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
