package io.masterlatch.sidecar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Logs the output of a program line by line: the beginning of a long line, and the first of many lines. */
final class OutputLogger implements AutoCloseable {

    static final int MAX_LINE_BYTES = 1_000;
    static final int MAX_LINES = 200;

    private final InputStream output;
    private final Consumer<String> log;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean begun;
    private long count;

    OutputLogger(InputStream output, Consumer<String> log) {
        this.output = output;
        this.log = log;
    }

    /**
     * Logs what is there, and never waits for more: a process that the program leaves running may keep the pipe open,
     * and a thread that waits at the pipe then waits for the end of that process. Neither an interrupt nor closing the
     * stream wakes it up.
     */
    void readAvailable() {
        try {
            for (byte next : output.readNBytes(output.available())) {
                take(next);
            }
        } catch (IOException ex) {
            // The program has just ended: the JDK closes the pipe when it has moved into memory what is left in it.
        }
    }

    private void take(byte next) {
        if (next == '\n') {
            endLine();
            return;
        }
        begun = true;
        if (line.size() < MAX_LINE_BYTES) {
            line.write(next);
        }
    }

    private void endLine() {
        count++;
        if (count <= MAX_LINES) {
            // Without control characters, so that no output looks like another line of the log.
            log.accept(line.toString(StandardCharsets.UTF_8).stripTrailing().replaceAll("\\p{C}", "?"));
        }
        line.reset();
        begun = false;
    }

    /** Logs an unfinished line, and how many lines were left out. */
    @Override
    public void close() {
        if (begun) {
            endLine();
        }
        if (count > MAX_LINES) {
            log.accept("(" + (count - MAX_LINES) + " more lines)");
        }
        try {
            output.close();
        } catch (IOException ex) {
            // Nothing is read from it any more.
        }
    }
}
