package io.masterlatch.bench.peers;

import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;

/**
 * Where a contender takes part.
 *
 * @param connectString the ZooKeeper servers
 * @param session the session timeout
 * @param root the node below which the contenders of one election have their nodes
 * @param id the contender's name, {@code host:port}
 */
public record Site(String connectString, Duration session, String root, String id) {

    /** Returns the settings of a client, the same for every peer that uses Curator. */
    CuratorFrameworkFactory.Builder clients() {
        return CuratorFrameworkFactory.builder()
                .connectString(connectString)
                .sessionTimeoutMs(Math.toIntExact(session.toMillis()))
                .connectionTimeoutMs(5_000)
                .retryPolicy(new RetryForever(500))
                .ensembleTracker(false);
    }

    CuratorFramework started(CuratorFrameworkFactory.Builder clients) {
        CuratorFramework client = clients.build();
        client.start();
        return client;
    }

    /** Returns the path of the one node that masters hold. */
    String master() {
        return root + "/master";
    }

    /** Returns the path of the node below which Curator's recipes queue. */
    String queue() {
        return root + "/queue";
    }
}
