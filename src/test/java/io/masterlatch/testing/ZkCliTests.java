package io.masterlatch.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The election by hand, as in the book, with what ZooKeeper's command line prints today. */
class ZkCliTests {

    @Test
    void playsTheBooksElection() {
        try (ZooKeeperProcess server = new ZooKeeperProcess("cli").start().awaitServing();
                ZkCli second = ZkCli.connect(server.connectString())) {
            try (ZkCli first = ZkCli.connect(server.connectString())) {
                first.send("create -e /master \"master1.example.com:2223\"").awaitOutput("Created /master");

                second.send("create -e /master \"master2.example.com:2223\"")
                        .awaitOutput("Node already exists: /master");
                assertThat(second.send("get /master").awaitOutput("2223")).contains("master1.example.com:2223");
                second.send("stat -w /master").awaitOutput("ephemeralOwner = 0x");
            }
            second.awaitOutput("WatchedEvent state:SyncConnected type:NodeDeleted path:/master");
            second.send("create -e /master \"master2.example.com:2223\"").awaitOutput("Created /master");
            second.send("stat /master true").awaitOutput("ephemeralOwner = 0x");
        }
    }

    @Test
    void aKilledClientLeavesItsNodeUntilItsSessionExpires() {
        try (ZooKeeperProcess server = new ZooKeeperProcess("cli")
                        .tickTime(Duration.ofMillis(500))
                        .start()
                        .awaitServing();
                ZkCli ghost = ZkCli.connect(server.connectString(), Duration.ofSeconds(2));
                ZkCli watcher = ZkCli.connect(server.connectString())) {
            ghost.send("create -e /master ghost:1").awaitOutput("Created /master");
            watcher.send("stat -w /master").awaitOutput("ephemeralOwner = 0x");

            ghost.kill();

            watcher.awaitOutput("type:NodeDeleted path:/master");
        }
    }
}
