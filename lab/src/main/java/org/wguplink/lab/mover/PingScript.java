package org.wguplink.lab.mover;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabException;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.scenario.Await;
import org.wguplink.lab.scenario.Rescue;

/** The script that people write: pings by each path, and a default route by the first that answers. */
final class PingScript implements Mover {
    private static final Program FPING = new Program("usr/bin/fping", "fping");
    private static final String SCRIPT = "pingscript.sh";
    /** Two rounds of pings and more. */
    private static final Duration START = Duration.ofSeconds(3);

    @Override
    public String name() {
        return "ping-script";
    }

    @Override
    public String setup() {
        return "in tunnels that are always up; fping by each path every second with a second's patience, three"
                + " failures or answers in a row change its mind";
    }

    @Override
    public String version() throws IOException {
        return FPING.version("-v").replaceFirst("^.*fping:", "fping:");
    }

    @Override
    public void start(Lab lab, LabNode client) throws IOException {
        List<Tunnel> tunnels = Tunnel.make(lab, client);
        List<String> args = new ArrayList<>(List.of("bash", "-c", script(), SCRIPT));
        args.addAll(List.of(client.root().toString(), Rescue.TARGET, "wan"));
        tunnels.forEach(tunnel -> args.add(tunnel.device()));
        args.add("--");
        args.addAll(FPING.with());
        client.startInstead(args);
        Await.pause(START);
    }

    private static String script() throws IOException {
        try (InputStream in = PingScript.class.getResourceAsStream(SCRIPT)) {
            if (in == null) throw new LabException(SCRIPT + " is missing from the class path");
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
