package io.masterlatch.bench.peers;

import io.masterlatch.election.Master;
import io.masterlatch.latch.MasterLatch;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;

/** Takes part by this project's latch. */
final class MasterLatchContender implements Contender {

    private final CuratorFramework client;
    private final MasterLatch latch;

    MasterLatchContender(Site site, Listener listener, Duration lease) {
        client = site.started(site.clients());
        latch = new MasterLatch(client, site.master(), site.id(), lease);
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
    }

    @Override
    public void join() {
        latch.start();
    }

    @Override
    public void leave() {
        latch.close();
    }

    @Override
    public boolean leads() {
        return latch.hasLeadership();
    }

    @Override
    public String leader() {
        return latch.getLeader().map(Master::address).orElse("");
    }

    @Override
    public void close() {
        latch.close();
        client.close();
    }
}
