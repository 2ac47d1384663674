package io.masterlatch.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests and replies of ZooKeeper that are lost on the way, with a real server and the plain client. */
class LostReplyTests {

    // not List.of, which the client's own check asks whether it contains null
    private static final List<ACL> OPEN =
            Collections.singletonList(new ACL(ZooDefs.Perms.ALL, new Id("world", "anyone")));

    private final ZooKeeperProcess server = new ZooKeeperProcess("lost");
    private final FaultyProxy proxy = FaultyProxy.to(server.clientPort());
    private ZooKeeper client;

    @BeforeEach
    void connect() throws IOException {
        server.start().awaitServing();
        client = new ZooKeeper(proxy.connectString(), 10_000, event -> {});
        awaitConnected();
    }

    @AfterEach
    void close() throws InterruptedException {
        client.close();
        proxy.close();
        server.close();
    }

    @Test
    void aLostReplyHidesWhatWasApplied() throws Exception {
        create("/before", 100_000);
        CompletableFuture<Void> happened = proxy.loseReplyOf(ZooDefs.OpCode.create);

        assertThatThrownBy(() -> create("/applied", 0)).isInstanceOf(KeeperException.ConnectionLossException.class);

        assertThat(happened).succeedsWithin(Duration.ofSeconds(5));
        awaitConnected();
        assertThat(client.exists("/applied", false).getEphemeralOwner()).isEqualTo(client.getSessionId());
        create("/after", 0);
    }

    @Test
    void aLostRequestWasNotApplied() throws Exception {
        CompletableFuture<Void> happened = proxy.loseRequestOf(ZooDefs.OpCode.create);

        assertThatThrownBy(() -> create("/never", 0)).isInstanceOf(KeeperException.ConnectionLossException.class);

        assertThat(happened).succeedsWithin(Duration.ofSeconds(5));
        awaitConnected();
        assertThat(client.exists("/never", false)).isNull();
        create("/never", 0);
    }

    private void create(String path, int size) throws KeeperException, InterruptedException {
        client.create(path, new byte[size], OPEN, CreateMode.EPHEMERAL);
    }

    private void awaitConnected() {
        await().pollInterval(Duration.ofMillis(10)).until(() -> client.getState() == ZooKeeper.States.CONNECTED);
    }
}
