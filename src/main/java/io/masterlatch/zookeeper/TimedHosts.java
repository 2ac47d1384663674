package io.masterlatch.zookeeper;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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
        return named(next);
    }

    /**
     * An address given by number gets that for its name. Else the client would look a name up for it, and TLS would check the server's
     * certificate against whatever the name server says.
     */
    private static InetSocketAddress named(InetSocketAddress server) {
        if (server.isUnresolved()) {
            return server;
        }
        try {
            InetAddress address = InetAddress.getByAddress(
                    server.getHostString(), server.getAddress().getAddress());
            return new InetSocketAddress(address, server.getPort());
        } catch (UnknownHostException impossible) {
            return server;
        }
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
