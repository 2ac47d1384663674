package io.masterlatch.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.framework.state.ConnectionStateErrorPolicy;

/** Takes part by Curator's LeaderLatch. */
final class LeaderLatchContender implements Contender {

    private final Site site;
    private final Listener listener;
    private final CuratorFramework client;
    private volatile LeaderLatch latch;

    LeaderLatchContender(Site site, Listener listener, ConnectionStateErrorPolicy policy) {
        this.site = site;
        this.listener = listener;
        this.client = site.started(site.clients().connectionStateErrorPolicy(policy));
    }

    @Override
    public void join() {
        latch = new LeaderLatch(client, site.queue(), site.id());
        latch.addListener(new LeaderLatchListener() {
            @Override
            public void isLeader() {
                listener.changed(true);
            }

            @Override
            public void notLeader() {
                listener.changed(false);
            }
        });
        try {
            latch.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void leave() {
        try {
            latch.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean leads() {
        return latch.hasLeadership();
    }

    @Override
    public String leader() throws Exception {
        return latch.getLeader().getId();
    }

    @Override
    public void close() {
        client.close();
    }
}
