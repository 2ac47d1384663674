package io.masterlatch.curator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.LocalZooKeeper;
import io.masterlatch.testing.Loopback;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What servers do to a client that gets no session from them, in words. */
@SuppressWarnings("try") // that close() may be interrupted is ZooKeeper's
class ServerProbeTests {

    private final LocalZooKeeper server = new LocalZooKeeper(Duration.ofMillis(500));

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aPortOnWhichNothingListensIsNamedWithAllAddresses() throws Exception {
        String one = Loopback.address(Loopback.freePort());
        String two = "localhost:" + Loopback.freePort();
        String address = InetAddress.getByName("localhost").getHostAddress();

        assertThat(words(one + "," + two + "/app"))
                .startsWith("connection refused by " + one + ", " + two + " (" + address + ")");
    }

    @Test
    void aNameWithoutAnAddressIsNamed() {
        assertThat(words("zk1.invalid:2181,zk2.invalid"))
                .isEqualTo("no address is known for the name of zk1.invalid:2181, zk2.invalid:2181");
    }

    @Test
    void aServerThatHasReachedItsLimitOfConnectionsClosesThem() throws Exception {
        server.start();
        server.limitConnections(1);
        try (RawClient other = new RawClient(server.connectString())) {
            assertThat(other.getState().isConnected()).isTrue();
            assertThat(words(server.connectString()))
                    .isEqualTo(server.connectString()
                            + " closes connections at once: is its maxClientCnxns reached, or is it another program's"
                            + " port, or one for TLS?");
        }
    }

    /** A member of an ensemble listens before there is a quorum. */
    @Test
    void aServerWithoutAQuorumServesNoClients() throws Exception {
        InetSocketAddress address = new InetSocketAddress(Loopback.HOST, Loopback.freePort());
        ServerCnxnFactory listening = ServerCnxnFactory.createFactory(address, 0);
        listening.start();
        try {
            assertThat(words(Loopback.address(address.getPort())))
                    .isEqualTo(Loopback.address(address.getPort())
                            + " serves no clients: it is starting, or has no quorum");
        } finally {
            listening.shutdown();
            listening.join();
        }
    }

    @Test
    void aServerThatServesClientsIsNotTheReason() {
        server.start();
        assertThat(words(server.connectString()))
                .isEqualTo(server.connectString() + " does not serve this client: its log may say why");
        assertThat(ServerProbe.words(server.connectString(), true, () -> false))
                .isEqualTo(server.connectString() + " can be reached, and does not serve this client");
        assertThat(ServerProbe.words(server.connectString(), false, () -> true)).isEmpty();
    }

    @Test
    void distinguishesTheAnswers() throws Exception {
        assertThat(answering("Zookeeper version: 3.3.6-1366786, built on 07/29/2012 06:22 GMT\n"))
                .isEqualTo("%s is ZooKeeper 3.3.6, and 3.4 or later is needed");
        assertThat(answering("Zookeeper version: 3.4.14-4c25d480e66aadd371de8bd2fd8da255ac140bcf, built on\n"))
                .isEqualTo("%s does not serve this client: its log may say why");
        assertThat(answering("srvr is not executed because it is not in the whitelist.\n"))
                .isEqualTo("%s is a ZooKeeper, and does not serve this client: it may have no quorum");
        assertThat(answering("HTTP/1.1 400 Bad Request\r\n\r\n")).isEqualTo("%s is no ZooKeeper");
    }

    @Test
    void aPortThatAcceptsAndDoesNotAnswerIsNamed() throws Exception {
        try (ServerSocket silent = listen()) {
            assertThat(words(Loopback.address(silent.getLocalPort())))
                    .isEqualTo(Loopback.address(silent.getLocalPort())
                            + " accepts connections and does not answer: is it stopped, or another program's port, or one"
                            + " for TLS?");
        }
    }

    /** Returns the finding about a server that answers so, with %s for its address. */
    private static String answering(String text) throws Exception {
        try (ServerSocket listening = listen()) {
            Thread answer = new Thread(() -> {
                try (Socket client = listening.accept()) {
                    client.getInputStream().readNBytes(4);
                    client.getOutputStream().write(text.getBytes(US_ASCII));
                } catch (IOException ex) {
                    // The test has ended.
                }
            });
            answer.start();
            String words = words(Loopback.address(listening.getLocalPort()));
            answer.join();
            return words.replace(Loopback.address(listening.getLocalPort()), "%s");
        }
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 5, InetAddress.getByName(Loopback.HOST));
    }

    private static String words(String connectString) {
        return ServerProbe.words(connectString, false, () -> false);
    }
}
