package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.LocalZooKeeper;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZkCli;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The book's election by hand, with ZooKeeper's own command line, and an instance of ours as one of the candidates. */
class BookTranscriptIT {

    private static final String MASTER1 = "master1.example.com:2223";
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final String MASTER2 = "master2.example.com:2223";

    private final LocalZooKeeper zooKeeper = new LocalZooKeeper(Duration.ofSeconds(2));

    @BeforeEach
    void start() {
        zooKeeper.start();
    }

    @AfterEach
    void close() {
        zooKeeper.close();
    }

    @Test
    void zkCliAndAnInstanceAreCandidatesOfOneElection() {
        try (ZkCli second = ZkCli.connect(zooKeeper.connectString());
                ServiceProcess instance = instanceBehindTheFirst(second)) {
            // The first has quit. The second got word of it, as the book has it, but the instance was quicker.
            second.awaitOutput("WatchedEvent state:SyncConnected type:NodeDeleted path:/master");
            instance.awaitRole("MASTER");
            second.send("create -e /master \"" + MASTER2 + "\"").awaitOutput("Node already exists: /master");
            second.send("get /master").awaitOutput("127.0.0.1:" + instance.port());
            long epoch = instance.epoch();

            second.send("stat -w /master").awaitOutput("ephemeralOwner = 0x");
            instance.terminate();
            second.awaitOutput("WatchedEvent state:SyncConnected type:NodeDeleted path:/master");
            second.send("create -e /master \"" + MASTER2 + "\"").awaitOutput("Created /master");
            assertThat(instance.exitCode()).isEqualTo(143);

            instance.restart().awaitUp().awaitRole("STANDBY");
            assertThat(instance.master()).isEqualTo(MASTER2);
            assertThat(instance.epoch()).isGreaterThan(epoch);
            Replicas.assertCalmLog(instance);
        }
    }

    /** Plays up to where the first master quits, and returns an instance that was standby until then. */
    private ServiceProcess instanceBehindTheFirst(ZkCli second) {
        ServiceProcess instance = null;
        try (ZkCli first = ZkCli.connect(zooKeeper.connectString())) {
            first.send("create -e /master \"" + MASTER1 + "\"").awaitOutput("Created /master");
            second.send("create -e /master \"" + MASTER2 + "\"").awaitOutput("Node already exists: /master");
            second.send("stat /master true").awaitOutput("ephemeralOwner = 0x");

            instance = Replicas.instance("candidate", zooKeeper.connectString(), LEASE.multipliedBy(4), LEASE)
                    .packed()
                    .start()
                    .awaitUp()
                    .awaitRole("STANDBY");
            assertThat(instance.master()).isEqualTo(MASTER1);
            assertThat(instance.get("/master", "Accept", "text/plain").body()).isEqualTo(MASTER1 + "\n");
            // It does not know which leases ran before it came, so it waits for the end of the longest that may run.
            Replicas.pass(LEASE.multipliedBy(2));
            assertThat(instance.role()).isEqualTo("STANDBY");
            return instance;
        } catch (RuntimeException | Error e) {
            if (instance != null) {
                instance.close();
            }
            throw e;
        }
    }
}
