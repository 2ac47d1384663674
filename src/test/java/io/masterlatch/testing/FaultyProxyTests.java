package io.masterlatch.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Each fault against a server that echoes every byte. */
class FaultyProxyTests {

    private ServerSocket echo;
    private FaultyProxy proxy;
    private Socket client;

    @BeforeEach
    void start() throws IOException {
        echo = Loopback.listen(0);
        daemon(() -> {
            while (true) {
                Socket socket = echo.accept();
                daemon(() -> {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                    socket.close();
                });
            }
        });
        proxy = FaultyProxy.to(echo.getLocalPort());
        client = connect();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        echo.close();
        proxy.close();
        assertThat(proxy.connections()).isZero();
        await().pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .noneMatch(thread -> thread.getName().startsWith("proxy " + proxy.port())));
    }

    @Test
    void passesEveryByteAsItCame() throws IOException {
        byte[] noise = new byte[3_000_000];
        new Random(7).nextBytes(noise);
        CompletableFuture<byte[]> echoed = CompletableFuture.supplyAsync(() -> read(noise.length));

        client.getOutputStream().write(noise);

        assertThat(echoed.join()).isEqualTo(noise);
    }

    @Test
    void passesAnEndOn() throws IOException {
        assertThat(say("hello")).isEqualTo("hello");
        client.shutdownOutput();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @RepeatedTest(20)
    void cutClosesConnectionsAndRefusesNewOnesUntilRestored() throws IOException {
        assertThat(say("hello")).isEqualTo("hello");

        proxy.cut();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
        proxy.restore();
        client = connect();
        assertThat(say("again")).isEqualTo("again");
    }

    @Test
    void droppedConnectionsMayComeBackAtOnce() throws IOException {
        assertThat(say("hello")).isEqualTo("hello");

        proxy.dropConnections();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        client = connect();
        assertThat(say("again")).isEqualTo("again");
    }

    @Test
    void blackHoleIsSilentForOldAndNewConnectionsAndTheirGapsEndThem() throws IOException {
        assertThat(say("hello")).isEqualTo("hello");

        proxy.blackHole();

        assertSilence(client);
        Socket late = connect();
        assertSilence(late);
        proxy.restore();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThat(late.getInputStream().read()).isEqualTo(-1);
        client = connect();
        assertThat(say("again")).isEqualTo("again");
    }

    @Test
    void aConnectionThatSaidNothingInTheBlackHoleOutlivesIt() throws IOException {
        assertThat(say("hello")).isEqualTo("hello");

        proxy.blackHole();
        proxy.restore();

        assertThat(say("again")).isEqualTo("again");
    }

    @Test
    void swallowsEitherDirection() throws IOException {
        assertThat(say("hello")).isEqualTo("hello");

        proxy.swallowRequests();
        assertSilence(client);
        proxy.swallowReplies();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        client = connect();
        assertSilence(client);
    }

    @Test
    void heldBytesArriveInTheEnd() throws IOException {
        assertThat(say("hello")).isEqualTo("hello");

        proxy.hold();
        assertSilence(client);
        Socket late = connect();
        assertSilence(late);
        proxy.restore();

        assertThat(new String(read(1), UTF_8)).isEqualTo("?");
        assertThat(late.getInputStream().read()).isEqualTo('?');
    }

    @Test
    void delaysEachWay() throws IOException {
        proxy.delay(Duration.ofMillis(100));

        long asked = System.nanoTime();
        say("hello");

        assertThat(Duration.ofNanos(System.nanoTime() - asked))
                .isBetween(Duration.ofMillis(200), Duration.ofSeconds(2));
    }

    @Test
    void theTargetMayMove() throws IOException {
        try (FaultyProxy other = FaultyProxy.to(echo.getLocalPort())) {
            assertThat(say("hello")).isEqualTo("hello");
            proxy.target(() -> Loopback.socketAddress(other.port()));
            client = connect();
            assertThat(say("again")).isEqualTo("again");
            assertThat(other.connections()).isEqualTo(1);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(Loopback.HOST, proxy.port());
        socket.setSoTimeout(5_000);
        return socket;
    }

    private String say(String word) throws IOException {
        client.getOutputStream().write(word.getBytes(UTF_8));
        return new String(read(word.length()), UTF_8);
    }

    private byte[] read(int length) {
        try {
            return client.getInputStream().readNBytes(length);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertSilence(Socket socket) throws IOException {
        socket.getOutputStream().write('?');
        socket.setSoTimeout(150);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(5_000);
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                // the test is over
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
