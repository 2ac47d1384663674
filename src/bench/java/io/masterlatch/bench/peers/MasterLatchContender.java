package io.masterlatch.bench.peers;

import io.masterlatch.election.Master;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.zookeeper.CuratorMasterNode;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;

/** Stands by this project's latch. */
final class MasterLatchContender implements Contender {

    private final MasterLatch latch;

    MasterLatchContender(Site site, Listener listener) {
        latch = new MasterLatch(new CuratorMasterNode(site.clients(), site.master()), site.id());
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
    }
}
