package io.masterlatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class OccupantTests {

    private static final Duration LONG = Duration.ofSeconds(20);

    private static final Duration SHORT = Duration.ofMillis(500);

    @Test
    void nobody() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThat(occupant(port, LONG)).isEqualTo(Occupant.NOBODY);
    }

    @Test
    void aZooKeeperIsKnownAndNoSessionIsLeftBehind(@TempDir Path directory) throws Exception {
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(0, directory)) {
            int port = Integer.parseInt(zooKeeper.connectString().split(":")[1]);
            assertThat(occupant(port, LONG)).isEqualTo(Occupant.ZOOKEEPER);

            assertThat(new FourLetterWord(port).ask("srvr")).contains("Connections: 1");
            try (Client client = new Client(zooKeeper.connectString())) {
                // Opened and closed: the two changes before this client's own session.
                assertThat(Optional.ofNullable(client.handle().exists("/zookeeper", false)))
                        .isPresent();
                assertThat(new FourLetterWord(port).ask("srvr")).contains("Zxid: 0x3");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 400 Bad Request\r\n\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "\u0000\u0000\u0000\u0000",
                "\u00ff\u00ff\u00ff\u00ff",
                "\u0000\u0000\u0000\u0025this is as long as the answer of a ZooKeeper"
            })
    void garbageIsKnownAtOnce(String answer) throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(answer)) {
            long start = System.nanoTime();
            assertThat(occupant(server.port(), LONG)).isEqualTo(Occupant.SOMETHING_ELSE);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void silenceIsBelievedInTheEnd() throws Exception {
        try (ScriptedServer server = ScriptedServer.silent()) {
            assertThat(occupant(server.port(), SHORT)).isEqualTo(Occupant.SOMETHING_ELSE);
        }
    }

    @Test
    void anAnswerThatNeverEndsIsSilence() throws Exception {
        try (ScriptedServer server = ScriptedServer.stalling()) {
            assertThat(occupant(server.port(), SHORT)).isEqualTo(Occupant.SOMETHING_ELSE);
        }
    }

    @Test
    void oneThatHangsUpIsTriedAgainForAWhile() throws Exception {
        try (ScriptedServer server = ScriptedServer.hangingUp()) {
            assertThat(occupant(server.port(), SHORT)).isEqualTo(Occupant.SOMETHING_ELSE);
        }
    }

    private static Occupant occupant(int port, Duration patience) throws InterruptedException {
        return Occupant.of(new InetSocketAddress("127.0.0.1", port), patience);
    }
}
