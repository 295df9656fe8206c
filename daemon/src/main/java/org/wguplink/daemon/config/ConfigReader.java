package org.wguplink.daemon.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.failover.Balance;
import org.wguplink.core.health.Detection;
import org.wguplink.core.health.Quality;
import org.wguplink.core.lease.Resolvers;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.HttpUrl;
import org.wguplink.core.offer.Isp;
import org.wguplink.core.offer.Terms;
import org.wguplink.core.offer.WanType;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.policy.Essential;
import org.wguplink.core.policy.Policy;
import org.wguplink.core.selection.Candidate;
import org.wguplink.openwrt.uci.UciFile;
import org.wguplink.openwrt.uci.UciSection;

/**
 * Turns UCI text into a {@link Config}; an error says where, what was found and what was expected. What is not known is no
 * error, since a file may be newer than the daemon: it is warned of.
 */
final class ConfigReader {
    private static final UciSection NONE = new UciSection("none", Optional.empty(), 0, List.of());
    private static final String WAN_TYPES =
            Stream.of(WanType.values()).map(WanType::toString).collect(Collectors.joining(", "));
    private static final List<InetAddress> TRACK = List.of(
            Addresses.parse("8.8.8.8"),
            Addresses.parse("1.1.1.1"),
            Addresses.parse("9.9.9.9"),
            Addresses.parse("2001:4860:4860::8888"),
            Addresses.parse("2606:4700:4700::1111"));

    private static final String PORTAL_CHECK = "portal_check_url";
    /** Of two operators: a portal is what answers for both. */
    private static final List<HttpUrl> PORTAL_PAGES = Stream.of(
                    "http://connectivitycheck.gstatic.com/generate_204", "http://cp.cloudflare.com/generate_204")
            .map(HttpUrl::parse)
            .toList();

    private static final int MOST_PORTAL_PAGES = 4;

    private final String file;
    /** By the type of section, the options that were asked for: those that there are. */
    private final Map<String, Set<String>> known = new TreeMap<>();

    private ConfigReader(String file) {
        this.file = file;
    }

    /** A configuration that can be used, and what in its text means nothing. */
    record Reading(Config config, List<String> warnings) {}

    static Reading read(String file, UciFile uci) throws ConfigException {
        var reader = new ConfigReader(file);
        Config config = reader.config(uci);
        return new Reading(config, reader.warnings(uci, config));
    }

    private Config config(UciFile uci) throws ConfigException {
        UciSection main = uci.ofType(ConfigFile.MAIN).findFirst().orElse(NONE);
        var peers = new TreeMap<PeerId, Integer>();
        var essentials = new TreeMap<PeerId, Essential>();
        for (UciSection peer : uci.ofType(ConfigFile.PEER).toList()) {
            Optional<PeerId> named = value(peer, "peer_id", "a peer id", PeerId::new);
            PeerId id = named.isPresent()
                    ? named.get()
                    : parsed(peer, "peer_id", peer.name().orElse(""), "a peer id", PeerId::new);
            if (peers.containsKey(id)) throw error(peer, "peer_id", id.value(), "one section for each peer");
            peers.put(id, number(peer, "weight", Candidate.DEFAULT_WEIGHT, 1, Candidate.MAX_WEIGHT));
            essential(peer).ifPresent(essential -> essentials.put(id, essential));
        }
        List<InetAddress> track = values(main, "track_ip", "an IP address", Addresses::parse);
        for (Family family : Family.values()) {
            List<InetAddress> of = track.stream()
                    .filter(a -> Family.of(a) == family)
                    .distinct()
                    .toList();
            if (of.size() == 1)
                throw error(
                        main,
                        "track_ip",
                        of.getFirst().getHostAddress(),
                        "at least two of IPv%d: one may die by itself".formatted(family.version()));
        }
        boolean enabled = flag(main, "enabled", true);
        boolean autoFailover = flag(main, "auto_failover", true);
        boolean offer = flag(main, "offer", false);
        List<Policy> policies = new PolicyReader(this, peers.keySet()).read(uci);
        List<Balance.Member> balance = new BalanceReader(this, peers.keySet(), essentials.keySet()).read(main);
        return new Config(
                enabled,
                enabled && autoFailover,
                number(main, "min_uplinks", 2, 0, 28),
                Duration.ofSeconds(number(main, "check_interval", 30, 1, 3600)),
                Duration.ofSeconds(number(main, "failover_timeout", 10, 1, 300)),
                flag(main, "prefer_latency", true),
                watching(main),
                draining(main),
                value(main, "peer_id", "a peer id", PeerId::new),
                values(main, "wan", "a network device", ConfigReader::device),
                track.isEmpty() ? TRACK : track,
                new Config.Lending(
                        enabled && offer,
                        number(main, "bandwidth_mbps", 0, 0, 1_000_000),
                        number(main, "latency_ms", 0, 0, 60_000),
                        value(main, "wan_type", WAN_TYPES, ConfigReader::wanType)
                                .orElse(WanType.UNKNOWN),
                        number(main, "listen_port", 0, 0, 65_535),
                        Duration.ofSeconds(number(main, "lease_time", 600, 10, 86_400)),
                        endpoints(main),
                        dns(main),
                        line(main)),
                mesh(uci.ofType(ConfigFile.MESH).findFirst().orElse(NONE)),
                // a service that is switched off borrows and lends nothing
                enabled ? peers : new TreeMap<>(),
                enabled ? policies : List.of(),
                essentials,
                enabled ? balance : List.of());
    }

    private Config.Draining draining(UciSection main) throws ConfigException {
        Config.Draining usual = Config.Draining.USUAL;
        return new Config.Draining(
                Duration.ofSeconds(
                        number(main, "drain_time", (int) usual.usual().toSeconds(), 0, 86_400)),
                Duration.ofSeconds(
                        number(main, "drain_time_metered", (int) usual.metered().toSeconds(), 0, 86_400)));
    }

    private Config.Watching watching(UciSection main) throws ConfigException {
        Detection detection = value(main, "detection", "fast, default or gentle", Detection::parse)
                .orElse(Detection.DEFAULT);
        Quality.Limits usual = Quality.Limits.USUAL;
        boolean check = flag(main, "check_quality", true);
        int failureLatency =
                number(main, "failure_latency", (int) usual.failureLatency().toMillis(), 1, 1000);
        int recoveryLatency = number(
                main,
                "recovery_latency",
                Math.min(failureLatency, (int) usual.recoveryLatency().toMillis()),
                1,
                1000);
        int failureLoss = number(main, "failure_loss", usual.failureLoss(), 1, 100);
        int recoveryLoss = number(main, "recovery_loss", Math.min(failureLoss, usual.recoveryLoss()), 1, 100);
        if (recoveryLatency > failureLatency)
            throw error(main, "recovery_latency", "" + recoveryLatency, "at most failure_latency, " + failureLatency);
        if (recoveryLoss > failureLoss)
            throw error(main, "recovery_loss", "" + recoveryLoss, "at most failure_loss, " + failureLoss);
        var limits = new Quality.Limits(
                Duration.ofMillis(failureLatency), Duration.ofMillis(recoveryLatency), failureLoss, recoveryLoss);
        return new Config.Watching(
                detection, check ? Optional.of(limits) : Optional.empty(), portalCheck(main), measurePage(main));
    }

    private List<HttpUrl> portalCheck(UciSection main) throws ConfigException {
        asked(main, PORTAL_CHECK);
        if (main.list(PORTAL_CHECK).equals(List.of("off"))) return List.of();
        List<HttpUrl> pages = values(main, PORTAL_CHECK, "http://HOST[:PORT]/PATH or off", HttpUrl::parse);
        checkAtMost(MOST_PORTAL_PAGES, main, PORTAL_CHECK);
        return pages.isEmpty() ? PORTAL_PAGES : pages;
    }

    private Optional<HttpUrl> measurePage(UciSection main) throws ConfigException {
        if (main.option("measure_url").filter("off"::equals).isPresent()) {
            asked(main, "measure_url");
            return Optional.empty();
        }
        return value(main, "measure_url", "http://HOST[:PORT]/PATH or off", HttpUrl::parse);
    }

    private Config.Line line(UciSection main) throws ConfigException {
        boolean stated = main.option("metered").isPresent();
        boolean metered = flag(main, "metered", false);
        int quotaMb = number(main, "quota_mb", 0, 0, Integer.MAX_VALUE);
        return new Config.Line(
                stated ? Optional.of(metered) : Optional.empty(),
                number(main, "cost", 0, 0, Terms.MAX_COST),
                quotaMb == 0 ? Optional.empty() : Optional.of((long) quotaMb),
                value(main, "isp", "a name of at most %d characters".formatted(Isp.LONGEST), Isp::checkMark));
    }

    private Optional<Essential> essential(UciSection peer) throws ConfigException {
        boolean only = flag(peer, "essential_only", false);
        List<Essential.Port> allowed = values(peer, "allow", "tcp/PORT or udp/PORT, 1 to 65535", Essential.Port::parse);
        int rateKbit = number(peer, "rate_kbit", 0, 0, 1_000_000);
        if (only && allowed.isEmpty() && rateKbit == 0)
            throw error(peer, "essential_only", "1", "'list allow' or 'option rate_kbit' with it");
        Optional<Integer> rate = rateKbit == 0 ? Optional.empty() : Optional.of(rateKbit);
        return only ? Optional.of(new Essential(new HashSet<>(allowed), rate)) : Optional.empty();
    }

    private List<Endpoint> endpoints(UciSection main) throws ConfigException {
        List<Endpoint> endpoints = values(main, "endpoint", "HOST:PORT or [IPV6]:PORT", ConfigReader::endpoint);
        checkAtMost(Config.Lending.MOST_ENDPOINTS, main, "endpoint");
        return endpoints;
    }

    private List<InetAddress> dns(UciSection main) throws ConfigException {
        List<InetAddress> dns = values(main, "dns", "the IP address of a resolver of the WAN", ConfigReader::resolver);
        checkAtMost(Resolvers.MOST, main, "dns");
        return dns;
    }

    private static InetAddress resolver(String text) {
        InetAddress address = Addresses.parse(text);
        if (!Addresses.isHost(address)) throw new IllegalArgumentException(text);
        return address;
    }

    /** A name, or an address that others can send to. */
    private static Endpoint endpoint(String text) {
        Endpoint endpoint = Endpoint.parse(text);
        if (TypedEndpoint.orElse(List.of(), endpoint).isEmpty()) throw new IllegalArgumentException(text);
        return endpoint;
    }

    private Optional<Config.Mesh> mesh(UciSection section) throws ConfigException {
        Optional<InetAddress> address = value(section, "address", "an IP address of this node", ConfigReader::own);
        int port = number(section, "port", Config.Mesh.DEFAULT_PORT, 1, 65_535);
        List<Endpoint> seeds = values(section, "seed", "HOST:PORT or [IPV6]:PORT", Endpoint::parse);
        return address.map(a -> new Config.Mesh(a, port, seeds));
    }

    private List<String> warnings(UciFile uci, Config config) {
        var warnings = new ArrayList<String>();
        var types = List.of(ConfigFile.MAIN, ConfigFile.MESH, ConfigFile.PEER, ConfigFile.POLICY);
        var several = Set.of(ConfigFile.PEER, ConfigFile.POLICY);
        var met = new HashSet<String>();
        for (UciSection section : uci.sections()) {
            boolean another = !met.add(section.type()) && !several.contains(section.type());
            if (!types.contains(section.type()))
                warnings.add("%s, line %d: section '%s' is not known and does nothing%s"
                        .formatted(file, section.line(), section.type(), meant(section.type(), types)));
            else if (another)
                warnings.add("%s, line %d: a second section '%s' does nothing; only the first counts"
                        .formatted(file, section.line(), section.type()));
            else warnings.addAll(unknownOptions(section));
        }
        config.policies().stream()
                .flatMap(policy -> PolicyReader.warning(policy).stream())
                .forEach(warnings::add);
        return List.copyOf(warnings);
    }

    private List<String> unknownOptions(UciSection section) {
        Set<String> options = known.getOrDefault(section.type(), Set.of());
        return section.options().stream()
                .filter(option -> !options.contains(option.name()))
                .map(option -> "%s, line %d: %s, option '%s' is not known and does nothing%s"
                        .formatted(file, option.line(), title(section), option.name(), meant(option.name(), options)))
                .toList();
    }

    private static String meant(String written, Collection<String> names) {
        return NearestName.of(written, names)
                .map(name -> "; did you mean '%s'?".formatted(name))
                .orElse("");
    }

    private void asked(UciSection section, String option) {
        known.computeIfAbsent(section.type(), type -> new TreeSet<>()).add(option);
    }

    boolean flag(UciSection section, String option, boolean otherwise) throws ConfigException {
        asked(section, option);
        String text = section.option(option).orElse(otherwise ? "1" : "0");
        return switch (text) {
            case "1", "yes", "on", "true", "enabled" -> true;
            case "0", "no", "off", "false", "disabled" -> false;
            default -> throw error(section, option, text, "0 or 1");
        };
    }

    int number(UciSection section, String option, int otherwise, int from, int to) throws ConfigException {
        asked(section, option);
        String text = section.option(option).orElse(Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(text);
            if (number >= from && number <= to) return number;
        } catch (NumberFormatException e) {
            // falls through to the same message
        }
        throw error(section, option, text, "an integer from %d to %d".formatted(from, to));
    }

    <T> Optional<T> value(UciSection section, String option, String expected, Function<String, T> parse)
            throws ConfigException {
        asked(section, option);
        Optional<String> text = section.option(option).filter(t -> !t.isEmpty());
        return text.isEmpty() ? Optional.empty() : Optional.of(parsed(section, option, text.get(), expected, parse));
    }

    <T> List<T> values(UciSection section, String option, String expected, Function<String, T> parse)
            throws ConfigException {
        asked(section, option);
        var values = new ArrayList<T>();
        for (String text : section.list(option)) values.add(parsed(section, option, text, expected, parse));
        return values;
    }

    private void checkAtMost(int most, UciSection section, String option) throws ConfigException {
        List<String> found = section.list(option);
        if (found.size() > most) throw error(section, option, found.getLast(), "at most %d of them".formatted(most));
    }

    private <T> T parsed(UciSection section, String option, String text, String expected, Function<String, T> parse)
            throws ConfigException {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw error(section, option, text, expected);
        }
    }

    private static WanType wanType(String word) {
        WanType type = WanType.parse(word);
        if (!type.toString().equals(word)) throw new IllegalArgumentException(word);
        return type;
    }

    private static InetAddress own(String text) {
        InetAddress address = Addresses.parse(text);
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) throw new IllegalArgumentException(text);
        return address;
    }

    /** One that can stand in a rule of nftables, too, which knows no escapes. */
    static String device(String name) {
        if (!name.matches("[A-Za-z0-9_.:@+-]{1,15}")) throw new IllegalArgumentException(name);
        return name;
    }

    ConfigException error(UciSection section, String option, String found, String expected) {
        return new ConfigException("%s, line %d: %s, option '%s': found '%s'; expected %s"
                .formatted(file, section.lineOf(option), title(section), option, found, expected));
    }

    private static String title(UciSection section) {
        return section.type() + section.name().map(n -> " '" + n + "'").orElse("");
    }
}
