package io.masterlatch.servers;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;

/** The Curator clients of these tests. Their sessions outlive every lease here by far. */
final class Clients {

    private static final int SESSION_MILLIS = 10_000;

    private Clients() {}

    /** Makes a client that is not started. */
    static CuratorFramework of(String connectString) {
        return CuratorFrameworkFactory.builder()
                .connectString(connectString)
                .sessionTimeoutMs(SESSION_MILLIS)
                .connectionTimeoutMs(SESSION_MILLIS)
                .retryPolicy(new RetryOneTime(100))
                .build();
    }
}
