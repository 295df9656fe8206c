package org.wguplink.lab.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wguplink.lab.net.LabNode;

/** A person at a node's configuration with an editor that writes the file in place. */
record HandEdit(LabNode node) {
    private static final String HEAD = "config wireguard-uplink 'uplink'\n";

    Path file() {
        return node.root().resolve("etc/config/wireguard-uplink");
    }

    String text() throws IOException {
        return Files.readString(file());
    }

    void save(String text) throws IOException {
        Files.writeString(file(), text);
    }

    /** Sets an option of the main section, whether it is there already or not. */
    void option(String option, String value) throws IOException {
        line("option " + option, "option %s '%s'".formatted(option, value));
    }

    /** Replaces the lines of the main section, which is the first, that begin so; an empty {@code line} takes them away. */
    void line(String begin, String line) throws IOException {
        String text = text();
        int end = text.indexOf("\nconfig ", 1);
        String main = text.substring(0, end < 0 ? text.length() : end);
        String without = Pattern.compile("(?m)^\t" + Pattern.quote(begin) + " .*\n")
                .matcher(main)
                .replaceAll("");
        save(without.replace(HEAD, HEAD + (line.isEmpty() ? "" : "\t" + line + "\n")) + text.substring(main.length()));
    }

    void weight(LabNode peer, int weight) throws IOException {
        String found = "(option peer_id '%s'\n\toption weight) '\\d+'|(option weight) '\\d+'(\n\toption peer_id '%s')"
                .formatted(peer.peerId(), peer.peerId());
        Matcher matcher = Pattern.compile(found).matcher(text());
        if (!matcher.find()) throw new NotReached("no peer %s in%n%s".formatted(peer.peerId(), text()));
        save(matcher.replaceFirst(m -> m.group().replaceAll("weight '\\d+'", "weight '" + weight + "'")));
    }

    void removePeer(LabNode peer) throws IOException {
        save(text().replaceAll("(?m)\n?config peer 'peer_%s'\n(\t.*\n)*".formatted(peer.peerId()), ""));
    }
}
