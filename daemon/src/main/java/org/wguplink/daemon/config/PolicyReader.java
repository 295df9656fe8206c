package org.wguplink.daemon.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.FwMark;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.policy.Policy;
import org.wguplink.core.policy.Policy.Mode;
import org.wguplink.core.policy.Selector;
import org.wguplink.core.route.Layout;
import org.wguplink.openwrt.uci.UciFile;
import org.wguplink.openwrt.uci.UciSection;

/** Turns the sections {@code policy} into policies, of which no two are for the same traffic. */
final class PolicyReader {
    private static final int MOST = 32;
    private static final int MOST_SOURCES = 64;
    private static final String MODES = "failover, always, never or strict";
    private static final String MARK = "VALUE/MASK, no bit of it in 0x%08x, which we set".formatted(Layout.MARK_MASK);

    private final ConfigReader reader;
    private final Set<PeerId> peers;

    PolicyReader(ConfigReader reader, Set<PeerId> peers) {
        this.reader = reader;
        this.peers = peers;
    }

    /** Those of marks first, since they count first. */
    List<Policy> read(UciFile uci) throws ConfigException {
        var policies = new ArrayList<Policy>();
        List<UciSection> sections = uci.ofType(ConfigFile.POLICY).toList();
        if (sections.size() > MOST)
            throw reader.error(
                    sections.get(MOST), "mode", sections.size() + " sections", "at most %d of them".formatted(MOST));
        for (UciSection section : sections) {
            Policy policy = policy(section);
            for (Policy other : policies)
                if (policy.selector().overlaps(other.selector())) {
                    String option = policy.selector().mark().isPresent() ? "mark" : "src";
                    throw reader.error(
                            section,
                            option,
                            policy.selector().toString(),
                            "nothing that policy '%s' is for (%s)".formatted(other.name(), other.selector()));
                }
            policies.add(policy);
        }
        policies.sort((a, b) -> Boolean.compare(
                b.selector().mark().isPresent(), a.selector().mark().isPresent()));
        return policies;
    }

    /** The same hosts may have addresses of the other family, too. */
    static Optional<String> warning(Policy policy) {
        Set<Family> families = policy.selector().families();
        if (policy.mode() instanceof Mode.Failover || families.size() > 1) return Optional.empty();
        Family family = families.iterator().next();
        return Optional.of(("policy '%s' is for IPv%d alone: what these hosts send by IPv%d goes as if there were none;"
                        + " name their subnet of that, too, or any where they have none")
                .formatted(policy.name(), family.version(), family.other().version()));
    }

    private Policy policy(UciSection section) throws ConfigException {
        String name = section.name().orElseGet(() -> "of line " + section.line());
        return new Policy(name, selector(section), mode(section));
    }

    private Selector selector(UciSection section) throws ConfigException {
        List<InetNetwork> sources = reader.values(section, "src", "a subnet, ADDRESS/LENGTH", PolicyReader::subnet);
        Optional<FwMark> mark = reader.value(section, "mark", MARK, PolicyReader::mark);
        if (sources.size() > MOST_SOURCES)
            throw reader.error(section, "src", sources.getLast().toString(), "at most %d".formatted(MOST_SOURCES));
        if (mark.isPresent() && !sources.isEmpty())
            throw reader.error(section, "mark", mark.get().toString(), "a mark or 'list src', not both");
        if (mark.isEmpty() && sources.isEmpty())
            throw reader.error(section, "src", "", "a subnet, or a mark ('option mark')");
        return mark.map(Selector::of).orElseGet(() -> Selector.of(new HashSet<>(sources)));
    }

    private Mode mode(UciSection section) throws ConfigException {
        String word = reader.value(section, "mode", MODES, text -> text).orElse("failover");
        Optional<PeerId> peer = reader.value(section, "peer", "a peer id", PeerId::new);
        Mode mode = switch (word) {
            case "failover" -> new Mode.Failover();
            case "never" -> new Mode.Never();
            case "strict" -> new Mode.Strict();
            case "always" ->
                new Mode.Always(peer.orElseThrow(
                        () -> reader.error(section, "peer", "", "the peer by which it always leaves")));
            default -> throw reader.error(section, "mode", word, MODES);
        };
        if (peer.isPresent() && !word.equals("always"))
            throw reader.error(section, "peer", peer.get().value(), "no peer, or option mode 'always'");
        if (peer.isPresent() && !peers.contains(peer.get()))
            throw reader.error(
                    section, "peer", peer.get().value(), "a peer that was added (a section 'peer'; wgctl uplink add)");
        return mode;
    }

    private static InetNetwork subnet(String text) {
        InetNetwork network = InetNetwork.parse(text);
        if (network.prefixLength() == 0) throw new IllegalArgumentException(text);
        return network;
    }

    private static FwMark mark(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) throw new IllegalArgumentException(text);
        var mark = new FwMark(bits(text.substring(0, slash)), bits(text.substring(slash + 1)));
        if ((mark.mask() & Layout.MARK_MASK) != 0) throw new IllegalArgumentException(text);
        return mark;
    }

    /** 32 bits, decimal or hexadecimal. */
    private static int bits(String text) {
        return text.startsWith("0x") ? Integer.parseUnsignedInt(text.substring(2), 16) : Integer.parseUnsignedInt(text);
    }
}
