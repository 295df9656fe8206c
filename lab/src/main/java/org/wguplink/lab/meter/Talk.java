package org.wguplink.lab.meter;

import java.nio.ByteBuffer;
import org.wguplink.lab.inet.DnsAnswer;
import org.wguplink.lab.inet.Echo;
import org.wguplink.lab.inet.InternetServers;

/** What a meter asks by UDP, a numbered question a datagram, and who the answer names. Allocates nothing. */
enum Talk {
    /** The internet's echo names the node by whose WAN the question left. */
    ECHO(InternetServers.UDP_ECHO) {
        @Override
        ByteBuffer ask(int sequence, ByteBuffer question) {
            return question.clear().limit(PROBE_BYTES).putLong(0, sequence);
        }

        @Override
        boolean isAnswer(ByteBuffer answer) {
            return answer.limit() >= Echo.ANSWER_BYTES;
        }

        @Override
        int sequence(ByteBuffer answer, int latest) {
            return (int) answer.getLong(0);
        }

        @Override
        int exit(ByteBuffer answer) {
            return Echo.exit(answer);
        }
    },

    /** A resolver names the node whose ISP's it is. A refusal is no answer. */
    QUERY(InternetServers.DNS) {
        @Override
        ByteBuffer ask(int sequence, ByteBuffer question) {
            return DnsAnswer.ask(sequence, question);
        }

        @Override
        boolean isAnswer(ByteBuffer answer) {
            return DnsAnswer.isAddress(answer);
        }

        @Override
        int sequence(ByteBuffer answer, int latest) {
            // of 16 bits: the latest question that has them
            return latest - ((latest - DnsAnswer.identifier(answer)) & 0xffff);
        }

        @Override
        int exit(ByteBuffer answer) {
            return DnsAnswer.isp(answer);
        }
    };

    static final int ROOM = 512;
    private static final int PROBE_BYTES = 32;

    private final int port;

    Talk(int port) {
        this.port = port;
    }

    int port() {
        return port;
    }

    abstract ByteBuffer ask(int sequence, ByteBuffer question);

    abstract boolean isAnswer(ByteBuffer answer);

    /** @param latest number of a question that was asked */
    abstract int sequence(ByteBuffer answer, int latest);

    abstract int exit(ByteBuffer answer);
}
