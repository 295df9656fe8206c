package org.wguplink.lab.mover;

import java.io.IOException;
import java.util.List;
import org.wguplink.core.health.Detection;
import org.wguplink.lab.net.Command;
import org.wguplink.lab.net.Image;
import org.wguplink.lab.net.Lab;
import org.wguplink.lab.net.LabNode;
import org.wguplink.lab.scenario.MeshSetup;

/** This project, with its defaults, or as quick to judge as it is told. */
public final class Uplinkd implements Mover {
    private final Detection detection;

    public Uplinkd() {
        this(Detection.DEFAULT);
    }

    public Uplinkd(Detection detection) {
        this.detection = detection;
    }

    @Override
    public String name() {
        return "wg-uplink";
    }

    @Override
    public String setup() {
        return "this project with its defaults; each node runs its daemon, which makes its own tunnels";
    }

    @Override
    public String version() throws IOException {
        return Command.run(List.of(Image.find().wgctl().toString(), "--version"))
                .strip();
    }

    @Override
    public void start(Lab lab, LabNode client) throws IOException {
        String option = "option detection '%s'".formatted(detection);
        MeshSetup.found(lab.nodes(), index -> MeshSetup.settings(index).with(option));
        MeshSetup.startDaemons(lab);
        MeshSetup.addUplinks(client, Tunnel.providers(lab, client));
    }
}
