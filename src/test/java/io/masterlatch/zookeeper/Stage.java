package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.FaultyProxy;
import io.masterlatch.testing.LocalZooKeeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A ZooKeeper server, and candidates who stand there until the test is over. Afterwards it finds that never two of them led at
 * one instant, and that closed they leave neither a thread nor a connection.
 */
final class Stage implements BeforeEachCallback, AfterEachCallback {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Longer than two random pauses of ZooKeeper's client between its attempts to connect, also as a lease. */
    static final Duration LONG = Duration.ofSeconds(8);

    /** So short that one can wait for its end. */
    static final Duration SHORT = Duration.ofSeconds(2);

    static final String PATH = "/master";

    /** Not {@code ZooDefs.Ids}, whose lists anybody may change. */
    static final List<ACL> OPEN = Collections.singletonList(new ACL(ZooDefs.Perms.ALL, ZooDefs.Ids.ANYONE_ID_UNSAFE));

    private final LocalZooKeeper server;
    private final List<Candidate> candidates = new ArrayList<>();
    private final List<ZooKeeper> people = new ArrayList<>();
    private final ThreadGroup threads = new ThreadGroup("stage");
    private LeadershipSampler sampler;

    Stage() {
        this(Duration.ofMillis(500));
    }

    /** Prepares a stage whose sessions last between two and twenty ticks. */
    Stage(Duration tick) {
        server = new LocalZooKeeper(tick);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        server.start();
        sampler = new LeadershipSampler(server);
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        candidates.forEach(candidate -> candidate.network().restore());
        candidates.forEach(Candidate::close);
        sampler.close();
        for (ZooKeeper person : people) {
            person.close();
        }
        try {
            assertThat(sampler.violations()).isEmpty();
            candidates.forEach(Candidate::assertCallsAlternate);
            await("no thread is left")
                    .pollInterval(Duration.ofMillis(5))
                    .untilAsserted(() -> assertThat(threads()).isEmpty());
            await("no connection is left").pollInterval(Duration.ofMillis(5)).until(() -> server.connections() == 0);
        } finally {
            server.close();
        }
    }

    LocalZooKeeper server() {
        return server;
    }

    LeadershipSampler sampler() {
        return sampler;
    }

    /** Makes a candidate whose sessions last long. */
    Candidate candidate(String host) {
        return candidate(host, LONG);
    }

    Candidate candidate(String host, Duration timeout) {
        return candidate(host, timeout, PATH, true, clients -> clients);
    }

    Candidate observer(String host, Duration timeout) {
        return candidate(host, timeout, PATH, false, clients -> clients);
    }

    Candidate candidate(
            String host,
            Duration timeout,
            String path,
            boolean stands,
            UnaryOperator<CuratorFrameworkFactory.Builder> settings) {
        FaultyProxy network = FaultyProxy.to(server.port());
        CuratorFrameworkFactory.Builder clients = CuratorFrameworkFactory.builder()
                .connectString(network.connectString())
                .sessionTimeoutMs((int) timeout.toMillis())
                .connectionTimeoutMs((int) timeout.toMillis())
                .retryPolicy(new RetryForever(100))
                .ensembleTracker(false);
        Candidate candidate = new Candidate(this, network, settings.apply(clients), path, host + ":1", stands);
        candidates.add(candidate);
        sampler.watch(candidate.latch(), path);
        return candidate;
    }

    /** Returns a plain client, such as a person has who types commands into zkCli. */
    ZooKeeper person() {
        try {
            ZooKeeper person = new ZooKeeper(server.connectString(), 10_000, event -> {});
            people.add(person);
            return person;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts something on a thread of this stage, so that all threads that come of it belong there too. */
    void start(Runnable starting) {
        Thread starter = new Thread(threads, starting, "starter");
        starter.start();
        try {
            starter.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Thread> threads() {
        Thread[] alive = new Thread[threads.activeCount() + 100];
        return Arrays.asList(alive).subList(0, threads.enumerate(alive));
    }
}
