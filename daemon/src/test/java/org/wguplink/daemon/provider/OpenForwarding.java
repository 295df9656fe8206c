package org.wguplink.daemon.provider;

import java.util.Map;
import org.wguplink.core.net.Family;
import org.wguplink.daemon.provider.ServedInterface.Ready;

/** Nothing is in the way of consumers. */
public final class OpenForwarding implements ForwardingTester {
    @Override
    public Map<Family, String> plainly(String served, Line line) {
        return Map.of();
    }

    @Override
    public Map<Family, Finding> test(Nobody nobody, Ready served, Line line) {
        return Map.of();
    }

    @Override
    public int filterGeneration() {
        return 0;
    }
}
