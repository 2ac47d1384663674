package io.masterlatch.zookeeper;

import java.net.InetSocketAddress;
import java.util.Collection;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.HostProvider;
import org.apache.zookeeper.client.StaticHostProvider;

/**
 * The servers of a connect string, with a note of when the attempt began that led to the present connection. ZooKeeper's client
 * asks for a server before each attempt and reports a success before it accepts any event of the session.
 */
final class TimedHosts implements HostProvider {

    private final HostProvider hosts;
    private volatile long attempt = System.nanoTime();
    private volatile long connectedAttempt = attempt;

    TimedHosts(String connectString) {
        this.hosts = new StaticHostProvider(new ConnectStringParser(connectString).getServerAddresses());
    }

    /** When the attempt began that last succeeded, in {@link System#nanoTime()}. */
    long connectedAttempt() {
        return connectedAttempt;
    }

    @Override
    public InetSocketAddress next(long spinDelay) {
        InetSocketAddress next = hosts.next(spinDelay);
        attempt = System.nanoTime();
        return next;
    }

    @Override
    public void onConnected() {
        connectedAttempt = attempt;
        hosts.onConnected();
    }

    @Override
    public int size() {
        return hosts.size();
    }

    @Override
    public boolean updateServerList(Collection<InetSocketAddress> servers, InetSocketAddress current) {
        return hosts.updateServerList(servers, current);
    }
}
