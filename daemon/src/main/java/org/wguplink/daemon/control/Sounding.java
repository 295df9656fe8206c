package org.wguplink.daemon.control;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.loop.Poller;
import org.wguplink.linux.probe.DnsSocket;
import org.wguplink.linux.probe.IcmpSocket;

/** Sends questions through one tunnel, whatever carries the traffic, and notes what comes back. For one thread. */
final class Sounding implements AutoCloseable {
    /** Of an echo that is to die at the first router behind the provider. */
    private static final int ONE_BEYOND = 2;
    /** The kernel's own default. */
    private static final int FAR = 64;

    private final String device;
    private final FwMark mark;
    private final Poller poller = new Poller();
    private final Map<Family, IcmpSocket> icmp = new EnumMap<>(Family.class);
    private final List<DnsSocket> dns = new ArrayList<>();
    private final List<Question> questions = new ArrayList<>();

    Sounding(String device, FwMark mark) throws OsException {
        this.device = device;
        this.mark = mark;
        try {
            for (Family family : Family.values()) {
                IcmpSocket socket = IcmpSocket.openWithRefusals(device, mark, family);
                icmp.put(family, socket);
                poller.watch(socket.fd(), () -> read(socket));
            }
        } catch (OsException e) {
            close();
            throw e;
        }
    }

    Question echo(InetAddress to) throws OsException {
        return send(Question.ECHO, to);
    }

    /** An echo that the first router behind the provider has to refuse, which shows that the provider forwards. */
    Question hop(InetAddress towards) throws OsException {
        IcmpSocket socket = socket(towards);
        socket.hops(ONE_BEYOND);
        Question question = send(Question.HOP, towards);
        socket.hops(FAR);
        return question;
    }

    Question dns(InetAddress server) throws OsException {
        DnsSocket socket = DnsSocket.open(device, mark, Family.of(server));
        dns.add(socket);
        var question = new Question(Question.DNS, server, System.nanoTime());
        poller.watch(socket.fd(), () -> {
            try {
                if (socket.next().isPresent()) question.replied();
            } catch (OsException e) {
                poller.unwatch(socket.fd()); // no answer will come any more
            }
        });
        socket.ask(server, 0);
        return question;
    }

    /** Reads until it is enough, for as long as that at most. */
    void await(Duration longest, BooleanSupplier enough) throws OsException {
        long end = System.nanoTime() + longest.toNanos();
        while (!enough.getAsBoolean()) {
            long left = end - System.nanoTime();
            if (left <= 0) return;
            poller.poll(Duration.ofNanos(left));
        }
    }

    @Override
    public void close() {
        icmp.values().forEach(IcmpSocket::close);
        dns.forEach(DnsSocket::close);
        poller.close();
    }

    private Question send(String kind, InetAddress to) throws OsException {
        var question = new Question(kind, to, System.nanoTime());
        questions.add(question);
        socket(to).send(to, questions.size() - 1);
        return question;
    }

    private IcmpSocket socket(InetAddress to) {
        IcmpSocket socket = icmp.get(Family.of(to));
        if (socket == null) throw new IllegalStateException("no socket for " + to);
        return socket;
    }

    private void read(IcmpSocket socket) {
        try {
            for (Optional<IcmpSocket.Answer> answer = socket.next(); answer.isPresent(); answer = socket.next()) {
                int sequence = answer.get().sequence();
                if (sequence >= questions.size()) continue;
                Question question = questions.get(sequence);
                switch (answer.get()) {
                    case IcmpSocket.Reply reply -> question.replied();
                    case IcmpSocket.Refusal refusal -> question.refused(refusal);
                }
            }
        } catch (OsException e) {
            throw new IllegalStateException(e);
        }
    }
}
