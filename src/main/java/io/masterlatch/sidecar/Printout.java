package io.masterlatch.sidecar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** What a program prints, line by line; of too long a line the beginning, of too many the first. */
final class Printout {

    static final int LONGEST_LINE = 1_000;
    static final int MOST_LINES = 200;

    private final Consumer<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final byte[] buffer = new byte[8_192];
    private boolean begun;
    private long count;

    Printout(Consumer<String> lines) {
        this.lines = lines;
    }

    /** Takes what can be had without waiting, and tells whether there was any. */
    boolean takeAvailable(InputStream output) throws IOException {
        int available = output.available();
        if (available <= 0) {
            return false;
        }
        int length = output.read(buffer, 0, Math.min(available, buffer.length));
        for (int i = 0; i < length; i++) {
            take(buffer[i]);
        }
        return length > 0;
    }

    /** Takes what was begun for a line, and says how much was left out. */
    void end() {
        if (begun) {
            endLine();
        }
        if (count > MOST_LINES) {
            lines.accept("(" + (count - MOST_LINES) + " more lines)");
        }
    }

    private void take(byte next) {
        if (next == '\n') {
            endLine();
            return;
        }
        begun = true;
        if (line.size() < LONGEST_LINE) {
            line.write(next);
        }
    }

    private void endLine() {
        count++;
        if (count <= MOST_LINES) {
            // Nobody writes into the log what looks like another line of it.
            lines.accept(line.toString(StandardCharsets.UTF_8).stripTrailing().replaceAll("\\p{C}", "?"));
        }
        line.reset();
        begun = false;
    }
}
