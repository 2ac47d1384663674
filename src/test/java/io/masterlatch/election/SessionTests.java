package io.masterlatch.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SessionTests {

    @Test
    void isNamedAsInZooKeepersLogs() {
        assertThat(Session.name(0x100012a3b4c0001L)).isEqualTo("0x100012a3b4c0001");
        assertThat(Session.name(-1)).isEqualTo("0xffffffffffffffff");
    }

    @Test
    void needsATimeout() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Session(1, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new Session(1, Duration.ofMillis(-1)));
    }
}
