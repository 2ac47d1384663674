package io.masterlatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;

/** A connected ZooKeeper client. */
final class Client implements AutoCloseable {

    private final ZooKeeper handle;

    Client(String connectString) throws IOException, InterruptedException {
        CountDownLatch connected = new CountDownLatch(1);
        this.handle = new ZooKeeper(connectString, 10_000, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        boolean success = connected.await(20, TimeUnit.SECONDS);
        if (!success) {
            this.handle.close();
        }
        assertThat(success).as("connected to %s", connectString).isTrue();
    }

    ZooKeeper handle() {
        return this.handle;
    }

    @Override
    public void close() {
        try {
            this.handle.close();
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
