package io.masterlatch.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.Test;

/** Requests and replies of ZooKeeper that are lost on the way, with a real server and the plain client. */
class LostReplyTests {

    @Test
    void aLostReplyHidesWhatWasAppliedAndALostRequestWhatWasNot() throws Exception {
        try (ZooKeeperProcess server = new ZooKeeperProcess("lost").start().awaitServing();
                FaultyProxy proxy = FaultyProxy.to(server.clientPort());
                ZooKeeper client =
                        new ZooKeeper(proxy.connectString(), 10_000, event -> {}, new ZKClientConfig())) {
            awaitConnected(client);
            client.create("/plain", new byte[100_000], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);

            CompletableFuture<Void> applied = proxy.loseReplyOf(ZooDefs.OpCode.create);
            assertThatThrownBy(() -> create(client, "/applied")).isInstanceOf(KeeperException.ConnectionLossException.class);
            assertThat(applied).succeedsWithin(Duration.ofSeconds(5));
            awaitConnected(client);
            assertThat(client.exists("/applied", false).getEphemeralOwner()).isEqualTo(client.getSessionId());

            CompletableFuture<Void> never = proxy.loseRequestOf(ZooDefs.OpCode.create);
            assertThatThrownBy(() -> create(client, "/never")).isInstanceOf(KeeperException.ConnectionLossException.class);
            assertThat(never).succeedsWithin(Duration.ofSeconds(5));
            awaitConnected(client);
            assertThat(client.exists("/never", false)).isNull();

            create(client, "/at-last");
            assertThat(client.getChildren("/", false)).contains("plain", "applied", "at-last");
        }
    }

    private static void create(ZooKeeper client, String path) throws KeeperException, InterruptedException {
        client.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    }

    private static void awaitConnected(ZooKeeper client) {
        await().pollInterval(Duration.ofMillis(10)).until(() -> client.getState() == ZooKeeper.States.CONNECTED);
    }
}
