package org.wguplink.daemon.path;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.wguplink.core.health.PageAnswer;
import org.wguplink.core.health.PathMonitor.Ask;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.probe.DnsSocket;
import org.wguplink.linux.probe.IcmpSocket;
import org.wguplink.linux.probe.SynSocket;
import org.wguplink.mesh.names.HostNames;

/**
 * The sockets by which one path is asked: bound to its device and mark, so that they never measure another. Loop thread
 * only.
 */
final class ProbeSockets implements Prober {
    private static final Logger LOG = System.getLogger(ProbeSockets.class.getName());

    private final EventLoop loop;
    private final String device;
    private final FwMark mark;
    private final Answers onAnswer;
    private final IcmpSocket icmp;
    private final DnsSocket dns;
    private final PageFetch pages;
    /** What was asked of name servers, by sequence: an answer of anybody else is none. */
    private final Map<Integer, InetAddress> servers = new HashMap<>();

    private final Map<Integer, SynSocket> syns = new HashMap<>();
    private boolean closed;

    private ProbeSockets(
            EventLoop loop,
            String device,
            FwMark mark,
            IcmpSocket icmp,
            DnsSocket dns,
            PageFetch pages,
            Answers onAnswer) {
        this.loop = loop;
        this.device = device;
        this.mark = mark;
        this.icmp = icmp;
        this.dns = dns;
        this.pages = pages;
        this.onAnswer = onAnswer;
        loop.watch(icmp.fd(), this::readIcmp);
        loop.watch(dns.fd(), this::readDns);
    }

    /** @param onAnswer hears of every probe that was answered; it may close these sockets */
    static ProbeSockets open(
            EventLoop loop, HostNames names, String device, FwMark mark, Family family, Answers onAnswer)
            throws OsException {
        IcmpSocket icmp = IcmpSocket.open(device, mark, family);
        try {
            var pages = new PageFetch(loop, names, device, mark, family);
            return new ProbeSockets(loop, device, mark, icmp, DnsSocket.open(device, mark, family), pages, onAnswer);
        } catch (OsException e) {
            icmp.close();
            throw e;
        }
    }

    @Override
    public void send(Ask ask) {
        InetAddress target = ask.probe().target();
        int sequence = ask.sequence();
        try {
            switch (ask.probe().method()) {
                case ICMP -> icmp.send(target, sequence);
                case DNS -> {
                    servers.put(sequence, target);
                    dns.ask(target, sequence);
                }
                case TCP -> begin(sequence, target);
            }
        } catch (OsException e) {
            LOG.log(Level.DEBUG, "probe on {0}: {1}", device, Failures.text(e));
        }
    }

    @Override
    public boolean fetch(HttpUrl page, Consumer<PageAnswer> onAnswer) {
        return pages.start(page, onAnswer);
    }

    @Override
    public void retain(IntPredicate awaited) {
        servers.keySet().removeIf(sequence -> !awaited.test(sequence));
        for (int sequence : List.copyOf(syns.keySet())) if (!awaited.test(sequence)) end(sequence);
    }

    @Override
    public void close() {
        closed = true;
        loop.unwatch(icmp.fd());
        loop.unwatch(dns.fd());
        icmp.close();
        dns.close();
        pages.close();
        List.copyOf(syns.keySet()).forEach(this::end);
    }

    private void begin(int sequence, InetAddress target) throws OsException {
        end(sequence);
        SynSocket syn = SynSocket.start(device, mark, target);
        syns.put(sequence, syn);
        loop.watchWritable(syn.fd(), () -> {
            boolean answered = syn.answered();
            end(sequence);
            if (answered) onAnswer.answered(sequence, Duration.ZERO);
        });
    }

    private void end(int sequence) {
        SynSocket syn = syns.remove(sequence);
        if (syn == null) return;
        loop.unwatch(syn.fd());
        syn.close();
    }

    private void readIcmp() {
        try {
            icmp.replies(reply -> onAnswer.answered(reply.sequence(), icmp.lag()));
        } catch (OsException e) {
            LOG.log(Level.DEBUG, "probe on {0}: {1}", device, Failures.text(e));
        }
    }

    private void readDns() {
        try {
            for (Optional<DnsSocket.Answer> answer = dns.next(); answer.isPresent(); answer = dns.next()) {
                InetAddress server = servers.remove(answer.get().sequence());
                if (!answer.get().plausible() || !answer.get().from().equals(server)) continue;
                onAnswer.answered(answer.get().sequence(), Duration.ZERO);
                if (closed) return;
            }
        } catch (OsException e) {
            LOG.log(Level.DEBUG, "probe on {0}: {1}", device, Failures.text(e));
        }
    }
}
