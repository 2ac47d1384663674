package io.masterlatch.bench;

import io.masterlatch.bench.peers.Contender;
import io.masterlatch.bench.peers.Peer;
import io.masterlatch.bench.peers.Site;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.zookeeper.CuratorMasterNode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
        @Param({"MASTER_LATCH", "LEADER_LATCH", "LEADER_SELECTOR", "RAW_WATCH"})
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

        private MasterLatch latch;

        /** Makes it lead. */
        @Setup
        public void lead() throws Exception {
            CuratorFrameworkFactory.Builder clients = CuratorFrameworkFactory.builder()
                    .connectString(System.getProperty(SERVERS))
                    .sessionTimeoutMs(10_000)
                    .retryPolicy(new RetryForever(500));
            latch = new MasterLatch(new CuratorMasterNode(clients, "/latch/master"), "reader.example.com:1");
            latch.start();
            latch.await();
        }

        /** Ends it. */
        @TearDown
        public void end() {
            latch.close();
        }
    }

    /** Who is the leader? */
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
        return latch.latch.mastership().role(System.nanoTime());
    }

    /** What a clock costs, which every answer about a lease reads. */
    @Benchmark
    public long clock() {
        return System.nanoTime();
    }
}
