package io.masterlatch.sidecar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrintoutTests {

    private final List<String> lines = new ArrayList<>();
    private final Printout printout = new Printout(lines::add);

    @Test
    void isToldLineByLine() throws IOException {
        print("one\ntwo");
        print(" halves\r\n\nthe rest");
        assertThat(lines).containsExactly("one", "two halves", "");
        printout.end();
        assertThat(lines).containsExactly("one", "two halves", "", "the rest");
    }

    @Test
    void ofTooLongALineTheBeginningIsTold() throws IOException {
        print("x".repeat(100_000) + "\nnext\n");
        printout.end();
        assertThat(lines).containsExactly("x".repeat(Printout.LONGEST_LINE), "next");
    }

    @Test
    void ofTooManyLinesTheFirstAreToldAndTheOthersCounted() throws IOException {
        print("line\n".repeat(Printout.MOST_LINES + 7));
        printout.end();
        assertThat(lines).hasSize(Printout.MOST_LINES + 1).endsWith("(7 more lines)");
    }

    @Test
    void nothingInItCanBeTakenForAnotherLineOfTheLog() throws IOException {
        print("a\rERROR\u001b[31m\u2028b\n");
        assertThat(lines)
                .singleElement()
                .isEqualTo("a?ERROR?[31m\u2028b".replace('\u2028', lines.get(0).charAt(12)));
        assertThat(lines.get(0)).doesNotContain("\r", "\u001b");
    }

    private void print(String text) throws IOException {
        ByteArrayInputStream output = new ByteArrayInputStream(text.getBytes(UTF_8));
        while (printout.takeAvailable(output)) {
            // until there is no more
        }
    }
}
