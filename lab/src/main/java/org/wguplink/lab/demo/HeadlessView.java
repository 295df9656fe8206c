package org.wguplink.lab.demo;

/** A line per step, with the seconds since the start. */
final class HeadlessView implements DemoView {
    private final long startNanos = System.nanoTime();

    @Override
    public void show(DemoEvent event) {
        switch (event) {
            case DemoEvent.Step(String text) -> line(text);
            case DemoEvent.Fact(String text) -> line("  " + text);
            case DemoEvent.Built _, DemoEvent.Watching _, DemoEvent.WanChanged _ -> {}
        }
    }

    @Override
    public void close() {
        System.out.flush();
    }

    private void line(String text) {
        System.out.printf("%6.1f s  %s%n", (System.nanoTime() - startNanos) / 1e9, text);
        System.out.flush();
    }
}
