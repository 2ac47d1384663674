package io.masterlatch.sidecar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputLoggerTests {

    private final List<String> lines = new ArrayList<>();

    @Test
    void logsLineByLineAndAtTheEndAnUnfinishedOne() {
        log("one\ntwo halves\r\n\nthe rest");
        assertThat(lines).containsExactly("one", "two halves", "", "the rest");
    }

    @Test
    void logsTheBeginningOfALongLine() {
        log("x".repeat(100_000) + "\nnext\n");
        assertThat(lines).containsExactly("x".repeat(OutputLogger.MAX_LINE_BYTES), "next");
    }

    @Test
    void logsTheFirstOfManyLinesAndCountsTheOthers() {
        log("line\n".repeat(OutputLogger.MAX_LINES + 7));
        assertThat(lines).hasSize(OutputLogger.MAX_LINES + 1).endsWith("(7 more lines)");
    }

    @Test
    void logsNoControlCharacters() {
        log("a\rERROR\u001b[31m\u0085b\n");
        assertThat(lines).containsExactly("a?ERROR?[31m?b");
    }

    private void log(String text) {
        try (OutputLogger output = new OutputLogger(new ByteArrayInputStream(text.getBytes(UTF_8)), lines::add)) {
            output.readAvailable();
        }
    }
}
