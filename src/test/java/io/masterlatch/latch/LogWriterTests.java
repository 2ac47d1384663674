package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A log that blocks holds up no writer, and counts the lines that it drops. */
class LogWriterTests {

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    @RegisterExtension
    final LogLines log = new LogLines();

    private final LogWriter writer = new LogWriter();

    @AfterEach
    void close() {
        writer.close();
    }

    @Test
    void writesInOrderOnAThreadOfItsOwn() {
        writer.write(out -> out.info("one"));
        writer.write(out -> out.warn("two"));

        await().until(() -> log.lines().size() == 2);
        assertThat(log.lines()).containsExactly("INFO one", "WARN two");
        assertThat(log.events()).allMatch(event -> event.getThreadName().equals("masterlatch-log"));
    }

    @Test
    void aBlockedLogHoldsUpNoWriterAndDropsWhatIsMoreThan1000Lines() {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        writer.write(out -> {
            blocked.countDown();
            awaitQuietly(end);
        });
        awaitQuietly(blocked);

        for (int line = 0; line < 1007; line++) {
            int number = line;
            writer.write(out -> out.info("{}", number));
        }
        assertThat(log.lines()).isEmpty();
        end.countDown();

        await().until(() -> log.lines().size() == 1001);
        assertThat(log.lines())
                .startsWith("WARN 7 log lines were dropped while the log could not be written", "INFO 0")
                .endsWith("INFO 999");
        writer.write(out -> out.info("next"));
        await().until(() -> log.lines().size() == 1002);
    }

    @Test
    void aLineThatThrowsIsCountedAsDropped() {
        writer.write(out -> {
            throw new IllegalStateException("as the test wants it");
        });
        writer.write(out -> out.info("next"));

        await().untilAsserted(() -> assertThat(log.lines())
                .containsExactly("WARN 1 log lines were dropped while the log could not be written", "INFO next"));
    }

    @Test
    void writesWhatWaitsWhenItIsClosedAndTakesNothingAfterThat() {
        writer.write(out -> out.info("last"));
        writer.close();
        threads.awaitNone();

        writer.write(out -> out.info("too late"));

        assertThat(log.lines()).isEqualTo(List.of("INFO last"));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ex) {
            throw new AssertionError(ex);
        }
    }
}
