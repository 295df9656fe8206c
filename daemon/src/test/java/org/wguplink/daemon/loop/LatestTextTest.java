package org.wguplink.daemon.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatestTextTest {
    @TempDir
    Path temp;

    private final List<String> written = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean full;

    @Test
    void whatCannotBeWrittenIsKeptUntilThereIsRoomAndOnlyTheNewest() throws Exception {
        try (var loop = new RunningLoop()) {
            var file = new LatestText(loop.loop(), temp.resolve("state"), this::write);
            full = true;
            for (String text : List.of("1", "2", "3")) {
                put(loop, file, text);
                loop.settle();
            }
            assertThat(written).isEmpty();
            full = false;
            loop.call(() -> {
                file.retry();
                return true;
            });
            loop.settle();
            assertThat(written).containsExactly("3");
            assertThat(temp.resolve("state")).hasContent("3");
            loop.call(() -> {
                file.retry();
                return true;
            });
            loop.settle();
            assertThat(written).hasSize(1);
        }
    }

    private static void put(RunningLoop loop, LatestText file, String text) throws Exception {
        loop.call(() -> {
            file.put(text);
            return true;
        });
    }

    private void write(Path file, String text) throws IOException {
        if (full) throw new IOException("No space left on device");
        Files.writeString(file, text);
        written.add(text);
    }
}
