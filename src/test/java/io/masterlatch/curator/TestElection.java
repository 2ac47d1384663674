package io.masterlatch.curator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.LocalZooKeeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A ZooKeeper server with participants in one election. After each test it finds that no two of them were master at one
 * instant.
 */
final class TestElection implements BeforeEachCallback, AfterEachCallback {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    // So long that a busy machine, where threads wait for a second, does not let it run out.
    static final Duration LEASE = Duration.ofSeconds(3);
    static final Duration SESSION = Duration.ofSeconds(8);
    static final String PATH = "/master";

    /** Not {@code ZooDefs.Ids}, whose lists can be changed. */
    static final List<ACL> OPEN = Collections.singletonList(new ACL(ZooDefs.Perms.ALL, ZooDefs.Ids.ANYONE_ID_UNSAFE));

    // Sessions last from 1 s to 10 s.
    private final LocalZooKeeper server = new LocalZooKeeper(Duration.ofMillis(500));
    private final List<Participant> participants = new ArrayList<>();
    private final List<ZooKeeper> people = new ArrayList<>();
    private OneMasterCheck check;

    @Override
    public void beforeEach(ExtensionContext context) {
        server.start();
        check = new OneMasterCheck();
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        try {
            check.close();
            participants.forEach(Participant::close);
            for (ZooKeeper person : people) {
                person.close();
            }
            assertThat(check.violations()).isEmpty();
            participants.forEach(Participant::assertCallsAlternate);
            await("no connection is left").pollInterval(Duration.ofMillis(5)).until(() -> server.connections() == 0);
        } finally {
            server.close();
        }
    }

    LocalZooKeeper server() {
        return server;
    }

    /** Creates a candidate that is not started, with a started client and a network of its own. */
    Participant candidate(String host) {
        return candidate(host, PATH, OPEN, client -> client);
    }

    Participant candidate(
            String host, String path, List<ACL> acl, UnaryOperator<CuratorFrameworkFactory.Builder> client) {
        return add(new Participant(server.port(), host + ":1", path, true, acl, client), path);
    }

    Participant observer(String host) {
        return add(new Participant(server.port(), host + ":1", PATH, false, OPEN, client -> client), PATH);
    }

    private Participant add(Participant participant, String path) {
        participants.add(participant);
        check.watch(participant.latch(), path);
        return participant;
    }

    /** Also checks a latch that is not a participant of its own. */
    MasterLatch watched(MasterLatch latch, String path) {
        check.watch(latch, path);
        return latch;
    }

    /** Returns a plain connected client, such as zkCli is. */
    ZooKeeper person() {
        try {
            ZooKeeper person = new ZooKeeper(server.connectString(), 10_000, event -> {});
            people.add(person);
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(PATIENCE)
                    .until(() -> person.getState().isConnected());
            return person;
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
