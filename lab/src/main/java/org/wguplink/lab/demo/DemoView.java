package org.wguplink.lab.demo;

/** Shows the demo as it goes. */
public interface DemoView extends AutoCloseable {
    void show(DemoEvent event);

    @Override
    void close();
}
