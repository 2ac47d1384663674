package io.masterlatch.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What becomes of output that cannot be written. */
@ExtendWith(OutputCaptureExtension.class)
class ConsoleOutputTests {

    private static final int LINE = 1 << 16;

    private final Pipe pipe = new Pipe();
    private final ConsoleOutput console = new ConsoleOutput("the pipe", pipe);

    @AfterEach
    void close() {
        pipe.open.countDown();
        console.close();
    }

    @Test
    void writesInOrder() {
        pipe.open.countDown();
        print("first\n");
        print("second\n");
        console.drain(in(Duration.ofSeconds(10)));
        assertThat(pipe.text()).isEqualTo("first\nsecond\n");
    }

    @Test
    void discardsWhatFindsNoRoomAndReportsItWhenThePipeIsFree(CapturedOutput log) {
        // One is being written, 15 more fill the queue.
        for (int i = 0; i < 20; i++) {
            print("x".repeat(LINE));
        }
        pipe.open.countDown();
        console.drain(in(Duration.ofSeconds(10)));
        assertThat(pipe.text()).hasSize(16 * LINE);
        await().untilAsserted(() -> assertThat(log).contains("4 lines were discarded while the pipe was blocked"));
    }

    @Test
    void waitsForABlockedPipeOnlyUntilATime() {
        print("never written\n");
        console.drain(in(Duration.ofMillis(20)));
        assertThat(pipe.text()).isEmpty();
    }

    @Test
    void writesOnAfterAFailure() {
        pipe.broken = true;
        pipe.open.countDown();
        print("lost\n");
        console.drain(in(Duration.ofSeconds(10)));
        pipe.broken = false;
        print("kept\n");
        console.drain(in(Duration.ofSeconds(10)));
        assertThat(pipe.text()).isEqualTo("kept\n");
    }

    private void print(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        console.write(bytes, 0, bytes.length);
    }

    private static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    /** A pipe that is full until it is opened. */
    private static final class Pipe extends OutputStream {

        private final CountDownLatch open = new CountDownLatch(1);
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private volatile boolean broken;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                open.await();
            } catch (InterruptedException ex) {
                throw new IOException(ex);
            }
            if (broken) {
                throw new IOException("broken pipe");
            }
            written.write(bytes, offset, length);
        }

        String text() {
            return written.toString(StandardCharsets.UTF_8);
        }
    }
}
