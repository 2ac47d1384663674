package io.masterlatch.curator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Candidate;
import io.masterlatch.latch.MasterLatch;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The URL that a candidate advertises may need the name of a host, and be late. */
class OwnUrlTests {

    private static final Duration LEASE = Duration.ofSeconds(1);

    @RegisterExtension
    final TestElection election = new TestElection();

    private final CountDownLatch ended = new CountDownLatch(1);
    private CuratorFramework client;
    private MasterLatch latch;

    @AfterEach
    void close() {
        ended.countDown();
        latch.close();
        client.close();
    }

    @ConcurrentTest
    void isInTheFirstCandidateNode() {
        start(() -> "http://a.example.com");

        assertThat(latch.candidates().join()).extracting(Candidate::url).containsExactly("http://a.example.com");
    }

    @ConcurrentTest
    void isAskedForAtEachStart() {
        AtomicInteger port = new AtomicInteger(8080);
        start(() -> "http://a.example.com:" + port.get());
        latch.close();
        port.incrementAndGet();

        latch.start();

        awaitQueued();
        assertThat(latch.candidates().join()).extracting(Candidate::url).containsExactly("http://a.example.com:8081");
    }

    @ConcurrentTest
    void holdsUpNothingWhenItIsLateInANewSession() {
        AtomicInteger asked = new AtomicInteger();
        start(() -> {
            if (asked.incrementAndGet() > 1) {
                try {
                    ended.await();
                } catch (InterruptedException ex) {
                    Thread.currentThread().interrupt();
                }
            }
            return "http://a.example.com";
        });
        long session = latch.mastership().session().id();
        election.server().expire(session);
        await().atMost(TestElection.PATIENCE)
                .until(() -> latch.mastership().session().id() != session && latch.hasLeadership() && asked.get() > 1);
        long epoch = latch.getLeader().orElseThrow().epoch();

        await().during(LEASE.multipliedBy(2))
                .atMost(TestElection.PATIENCE)
                .until(() -> latch.candidates().join().size() == 1);

        assertThat(latch.getLeader().orElseThrow().epoch()).isEqualTo(epoch);
        assertThat(latch.candidates().join()).extracting(Candidate::url).containsExactly("http://a.example.com");
    }

    @ConcurrentTest
    void thatIsNotKnownIsAWarning() {
        start(() -> {
            throw new IllegalStateException("no such host");
        });

        assertThat(latch.mastership().warning())
                .contains("the URL of this instance is not known: java.lang.IllegalStateException: no such host");
        assertThat(latch.candidates().join()).extracting(Candidate::url).containsOnlyNulls();
    }

    /** Starts a latch, which is master and in the queue. */
    private void start(Supplier<String> url) {
        client = Participant.client(election.server().connectString()).build();
        client.start();
        latch = election.watched(
                MasterLatch.builder(new CuratorMasterStore(client, TestElection.PATH, null, url, null, () -> null))
                        .address("a:1")
                        .lease(LEASE)
                        .build(),
                TestElection.PATH);
        latch.start();
        awaitQueued();
    }

    private void awaitQueued() {
        await().atMost(TestElection.PATIENCE)
                .ignoreExceptions()
                .until(() -> latch.hasLeadership() && latch.candidates().join().size() == 1);
    }
}
