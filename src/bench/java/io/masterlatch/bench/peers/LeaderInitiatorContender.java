package io.masterlatch.bench.peers;

import org.apache.curator.framework.CuratorFramework;
import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.DefaultCandidate;
import org.springframework.integration.zookeeper.leader.LeaderInitiator;

/** Takes part by Spring Integration's LeaderInitiator. */
final class LeaderInitiatorContender implements Contender {

    private final CuratorFramework client;
    private final LeaderInitiator initiator;

    LeaderInitiatorContender(Site site, Listener listener) {
        client = site.started(site.clients());
        DefaultCandidate candidate = new DefaultCandidate(site.id(), "queue") {
            @Override
            public void onGranted(Context context) {
                listener.changed(true);
            }

            @Override
            public void onRevoked(Context context) {
                listener.changed(false);
            }
        };
        initiator = new LeaderInitiator(client, candidate, site.root());
    }

    @Override
    public void join() {
        initiator.start();
    }

    @Override
    public void leave() {
        initiator.stop();
    }

    @Override
    public boolean leads() {
        return initiator.getContext().isLeader();
    }

    @Override
    public String leader() {
        return "";
    }

    @Override
    public void close() {
        initiator.stop();
        client.close();
    }
}
