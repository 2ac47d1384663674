package io.masterlatch.bench;

import io.masterlatch.bench.peers.Contender;
import io.masterlatch.bench.peers.Peer;
import io.masterlatch.bench.peers.Site;
import io.masterlatch.latch.MasterLatch;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The questions that users ask a leader election in their own process. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class Reads {

    static final String SERVERS = "bench.servers";

    /** A contender that leads. */
    @State(Scope.Benchmark)
    public static class Leading {

        /** The peer's name. */
        @Param({"MASTER_LATCH_3S", "LEADER_LATCH", "LEADER_SELECTOR", "RAW_WATCH"})
        public String peer;

        private Contender contender;

        /** Makes it lead. */
        @Setup
        public void lead() throws InterruptedException {
            Site site =
                    new Site(System.getProperty(SERVERS), Duration.ofSeconds(10), "/" + peer, "reader.example.com:1");
            contender = Peer.valueOf(peer).contender(site, leads -> {});
            contender.join();
            while (!contender.leads()) {
                Thread.sleep(10);
            }
        }

        /** Ends it. */
        @TearDown
        public void end() {
            contender.close();
        }
    }

    /** A latch of this project that leads. */
    @State(Scope.Benchmark)
    public static class Latch {

        private final CuratorFramework client =
                CuratorFrameworkFactory.newClient(System.getProperty(SERVERS), new RetryForever(500));
        private final MasterLatch latch = new MasterLatch(client, "/latch/master", "reader.example.com:1");

        /** Makes it lead. */
        @Setup
        public void lead() throws Exception {
            client.start();
            latch.start();
            latch.await();
        }

        /** Ends it. */
        @TearDown
        public void end() {
            latch.close();
            client.close();
        }
    }

    /** Which candidate is the leader? */
    @Benchmark
    public String leader(Leading leading) throws Exception {
        return leading.contender.leader();
    }

    /** Am I? */
    @Benchmark
    public boolean leads(Leading leading) {
        return leading.contender.leads();
    }

    /** What is my role? */
    @Benchmark
    public Object role(Latch latch) {
        return latch.latch.mastership().role(latch.latch.now());
    }

    /** What the clocks cost, which every answer about a lease reads. */
    @Benchmark
    public Object clocks(Latch latch) {
        return latch.latch.now();
    }
}
