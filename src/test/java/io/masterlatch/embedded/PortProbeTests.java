package io.masterlatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.Loopback;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class PortProbeTests {

    @Test
    void aPortWithoutAListener() {
        assertThat(PortProbe.of(Loopback.freePort())).isEqualTo(PortProbe.NO_ZOOKEEPER);
    }

    @Test
    void aServerThatServes(@TempDir Path directory) {
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(0, directory)) {
            int port = Integer.parseInt(zooKeeper.connectString().split(":")[1]);
            assertThat(PortProbe.of(port)).isEqualTo(PortProbe.SERVING);
        }
    }

    @Test
    void aServerThatDoesNotAllowTheWordServesAllTheSame() throws Exception {
        assertAnswer("srvr is not executed because it is not in the whitelist.\n", PortProbe.SERVING);
    }

    @Test
    void aServerThatIsStarting() throws Exception {
        assertAnswer("This ZooKeeper instance is not currently serving requests\n", PortProbe.STARTING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "\u0000\u00ff", "srvr"})
    void anotherProtocol(String answer) throws Exception {
        assertAnswer(answer, PortProbe.NO_ZOOKEEPER);
    }

    private static void assertAnswer(String answer, PortProbe expected) throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(answer)) {
            assertThat(PortProbe.of(server.port())).isEqualTo(expected);
        }
    }

    @Test
    void aListenerThatHangsUp() throws Exception {
        try (ScriptedServer server = ScriptedServer.hangingUp()) {
            assertThat(PortProbe.of(server.port())).isEqualTo(PortProbe.NO_ZOOKEEPER);
        }
    }
}
