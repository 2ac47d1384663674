package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Mastership;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FaultyProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A latch whose session somebody keeps. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordedSessionTests {

    private static final String PATH = "/recorded";

    private EmbeddedZooKeeper zooKeeper;
    private FaultyProxy proxy;
    private Path file;

    @BeforeAll
    void start() {
        zooKeeper = EmbeddedZooKeeper.start(0, null);
        String servers = zooKeeper.connectString();
        proxy = FaultyProxy.to(Integer.parseInt(servers.substring(servers.lastIndexOf(':') + 1)));
    }

    @AfterAll
    void stop() {
        proxy.close();
        zooKeeper.close();
    }

    @BeforeEach
    void name(@TempDir Path directory) {
        file = directory.resolve("session");
        proxy.restore();
    }

    @Test
    void theMastersSessionIsInTheFileUntilItIsClosed() throws Exception {
        try (RecordedSession recorded = RecordedSession.open(file, proxy.connectString(), Transport.PLAIN)) {
            try (MasterLatch latch = master(recorded)) {
                assertThat(recorded().orElseThrow().session())
                        .isEqualTo(latch.getLeader().orElseThrow().session());
            }
            assertThat(file).isEmptyFile();
        }
    }

    @Test
    void theNextSessionReplacesAnExpiredOne() throws Exception {
        try (RecordedSession recorded = RecordedSession.open(file, proxy.connectString(), Transport.PLAIN);
                MasterLatch latch = master(recorded)) {
            long epoch = latch.getLeader().orElseThrow().epoch();

            // Nothing ends a session as fast.
            assertThat(new LeftSession(recorded().orElseThrow(), Transport.PLAIN, SessionFile.PATIENCE).close())
                    .isEqualTo(LeftSession.End.CLOSED);

            await().until(() ->
                    latch.getLeader().filter(master -> master.epoch() > epoch).isPresent());
            assertThat(recorded().orElseThrow().session())
                    .isEqualTo(latch.getLeader().orElseThrow().session());
        }
    }

    @Test
    void aSessionThatCouldNotBeClosedStaysRecorded() throws Exception {
        try (RecordedSession recorded = RecordedSession.open(file, proxy.connectString(), Transport.PLAIN)) {
            try (MasterLatch latch = master(recorded)) {
                proxy.cut();
                await().until(() -> proxy.connections() == 0);
                await().until(() -> latch.mastership().connection() != Mastership.Connection.CONNECTED);
            }
            assertThat(recorded()).isPresent();
        }
        proxy.restore();
        try (SessionFile taken = SessionFile.open(file)) {
            assertThat(taken.release(null, Transport.PLAIN).outcome()).isEqualTo(SessionFile.Outcome.CLOSED);
        }
    }

    @Test
    void whatADeadProcessLeftIsClosedOnceThereIsAConnection() throws Exception {
        try (Client ghost = new Client(zooKeeper.connectString());
                Client observer = new Client(zooKeeper.connectString())) {
            ghost.handle()
                    .create(
                            PATH,
                            "ghost:1".getBytes(StandardCharsets.UTF_8),
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.EPHEMERAL);
            try (SessionFile dead = SessionFile.open(file)) {
                dead.record(
                        proxy.connectString(),
                        null,
                        ghost.handle().getSessionId(),
                        ghost.handle().getSessionPasswd(),
                        Duration.ofSeconds(10));
            }
            proxy.cut();
            try (RecordedSession recorded = RecordedSession.open(file, proxy.connectString(), Transport.PLAIN);
                    MasterLatch latch = latch(recorded)) {
                latch.start();
                assertThat(observer.handle().exists(PATH, false)).isNotNull();
                long before = System.nanoTime();
                proxy.restore();

                assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();

                System.out.println("RecordedSessionTests: master "
                        + Duration.ofNanos(System.nanoTime() - before).toMillis() + " ms after the network was back");
                assertThat(recorded().orElseThrow().session())
                        .isEqualTo(latch.getLeader().orElseThrow().session());
            }
        }
    }

    @Test
    void aSessionIsKeptBeforeAnythingIsDoneInIt() throws Exception {
        List<Boolean> used = new CopyOnWriteArrayList<>();
        try (Client observer = new Client(zooKeeper.connectString())) {
            SessionKeeper looking = new SessionKeeper() {
                @Override
                public void opened(long session, byte[] password, Duration timeout) {
                    try {
                        boolean claimed = observer.handle().exists(PATH, false) != null;
                        String line = PATH + "-candidates";
                        boolean joined = observer.handle().exists(line, false) != null
                                && !observer.handle().getChildren(line, false).isEmpty();
                        used.add(claimed || joined);
                    } catch (Exception ex) {
                        throw new IllegalStateException(ex);
                    }
                }

                @Override
                public void closed(long session) {}
            };
            try (MasterLatch latch = master(looking)) {
                assertThat(latch.hasLeadership()).isTrue();
            }
        }
        assertThat(used).containsExactly(false);
    }

    @Test
    void aKeeperThatFailsDoesNoHarm() throws Exception {
        SessionKeeper failing = new SessionKeeper() {
            @Override
            public void opened(long session, byte[] password, Duration timeout) {
                throw new UncheckedIOException(new IOException("disk full"));
            }

            @Override
            public void closed(long session) {
                throw new UncheckedIOException(new IOException("disk full"));
            }
        };
        try (MasterLatch latch = master(failing)) {
            assertThat(latch.hasLeadership()).isTrue();
        }
    }

    private MasterLatch master(SessionKeeper keeper) throws InterruptedException {
        MasterLatch latch = latch(keeper);
        latch.start();
        assertThat(latch.await(20, TimeUnit.SECONDS)).as("is master").isTrue();
        return latch;
    }

    private MasterLatch latch(SessionKeeper keeper) {
        CuratorFrameworkFactory.Builder clients = CuratorFrameworkFactory.builder()
                .connectString(proxy.connectString())
                .sessionTimeoutMs(10_000)
                .connectionTimeoutMs(1_000)
                .retryPolicy(new RetryForever(100))
                .ensembleTracker(false);
        return new MasterLatch(new CuratorMasterNode(clients, PATH, keeper, Transport.PLAIN), "127.0.0.1:1");
    }

    private Optional<SessionRecord> recorded() throws IOException {
        return SessionRecord.parse(Files.readAllBytes(file));
    }
}
