package org.wguplink.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.config.Config;
import org.wguplink.daemon.config.ConfigFile;
import org.wguplink.daemon.loop.EventLoop;

/**
 * Notices that the configuration was edited by hand, and says once what is wrong with it. One that cannot be used changes
 * nothing. Loop thread only.
 */
final class ConfigWatch {
    private static final Logger LOG = System.getLogger(ConfigWatch.class.getName());
    private static final Duration PERIOD = Duration.ofSeconds(2);
    /** After a change was found, until it is looked at for good. */
    private static final Duration SETTLING = Duration.ofMillis(200);

    private final ConfigFile file;
    private final Consumer<Config> changed;
    private final Supplier<Optional<PeerId>> configured;
    private final Supplier<Optional<PeerId>> identity;
    private MonoTime lookAt = EventLoop.now();
    private List<String> warned = List.of();

    /**
     * @param changed takes in a configuration
     * @param configured the name that the configuration in force gives this node
     * @param identity the name that this node has by its key
     */
    ConfigWatch(
            ConfigFile file,
            Consumer<Config> changed,
            Supplier<Optional<PeerId>> configured,
            Supplier<Optional<PeerId>> identity) {
        this.file = file;
        this.changed = changed;
        this.configured = configured;
        this.identity = identity;
    }

    void tick(MonoTime now) {
        if (!lookAt.isDue(now)) return;
        switch (file.look()) {
            case ConfigFile.Look.Unchanged() -> {}
            case ConfigFile.Look.Changed(var next) -> {
                changed.accept(next);
                LOG.log(Level.INFO, "the configuration was read again");
            }
            case ConfigFile.Look.Refused(var why) ->
                LOG.log(Level.ERROR, "the configuration stays as it was: {0}", why);
        }
        warn();
        lookAt = now.plus(file.changing() ? SETTLING : PERIOD);
    }

    MonoTime nextWake() {
        return lookAt;
    }

    /** What is wrong with the configuration, for people, a line each. */
    List<String> trouble() {
        return Stream.concat(file.trouble().stream(), warnings().stream()).toList();
    }

    private List<String> warnings() {
        return Stream.concat(file.warnings().stream(), otherName().stream()).toList();
    }

    private void warn() {
        List<String> warnings = warnings();
        if (!warnings.equals(warned)) warnings.forEach(line -> LOG.log(Level.WARNING, "{0}", line));
        warned = warnings;
    }

    private Optional<String> otherName() {
        Optional<PeerId> own = identity.get();
        Optional<PeerId> wanted = configured.get();
        if (own.isEmpty() || wanted.isEmpty() || own.equals(wanted)) return Optional.empty();
        return Optional.of("option 'peer_id' is '%s', but this node is '%s' by its key, and that counts"
                .formatted(wanted.get(), own.get()));
    }
}
