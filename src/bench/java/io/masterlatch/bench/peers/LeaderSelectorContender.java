package io.masterlatch.bench.peers;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderSelector;
import org.apache.curator.framework.recipes.leader.LeaderSelectorListenerAdapter;

/** Takes part by Curator's LeaderSelector, and leads until it is interrupted. */
final class LeaderSelectorContender extends LeaderSelectorListenerAdapter implements Contender {

    private final Site site;
    private final Listener listener;
    private final CuratorFramework client;
    private volatile LeaderSelector selector;

    LeaderSelectorContender(Site site, Listener listener) {
        this.site = site;
        this.listener = listener;
        this.client = site.started(site.clients());
    }

    @Override
    public void takeLeadership(CuratorFramework client) throws InterruptedException {
        listener.changed(true);
        try {
            Thread.sleep(Long.MAX_VALUE);
        } finally {
            listener.changed(false);
        }
    }

    @Override
    public void join() {
        selector = new LeaderSelector(client, site.queue(), this);
        selector.setId(site.id());
        selector.autoRequeue();
        selector.start();
    }

    @Override
    public void leave() {
        selector.close();
        selector = null;
    }

    @Override
    public boolean leads() {
        return selector.hasLeadership();
    }

    @Override
    public String leader() throws Exception {
        return selector.getLeader().getId();
    }

    @Override
    public void close() {
        if (selector != null) {
            // Or it goes on to ask the closed client, without a pause.
            selector.close();
        }
        client.close();
    }
}
