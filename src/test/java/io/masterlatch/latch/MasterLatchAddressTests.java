package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses a latch takes for its own. */
class MasterLatchAddressTests {

    private final FakeMasterNode node = new FakeMasterNode();

    @ParameterizedTest
    @ValueSource(strings = {"master1.example.com:2223", "localhost:1", "10.0.0.7:65535", "[2001:db8::7]:8080"})
    void takesHostAndPort(String address) {
        assertThat(new MasterLatch(node, address).getId()).isEqualTo(address);
        assertThat(new MasterLatch(node, address, false).mastership().self()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "host", "host:", ":80", "host:0", "host:65536", "host:8x", "a b:80", "2001:db8::7:80"})
    void refusesAnythingElse(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MasterLatch(node, address))
                .withMessageContaining("'address' must be host:port")
                .withMessageContaining("'" + address + "'");
    }

    @Test
    void refusesNothing() {
        assertThatNullPointerException().isThrownBy(() -> new MasterLatch(node, (String) null));
        assertThatNullPointerException()
                .isThrownBy(() -> new MasterLatch(node, (Supplier<String>) null, true))
                .withMessage("'address' must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> new MasterLatch(null, "here:1"))
                .withMessage("'node' must not be null");
    }
}
