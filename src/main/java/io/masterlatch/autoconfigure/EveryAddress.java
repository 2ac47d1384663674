package io.masterlatch.autoconfigure;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.curator.utils.DefaultZookeeperFactory;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.HostProvider;
import org.apache.zookeeper.client.StaticHostProvider.Resolver;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * Gives ZooKeeper's client every address of every server before it pauses, and looks the names up again in each round.
 * ZooKeeper's own provider takes one address of a name by chance, and pauses after each: that costs the mastership
 * where {@code localhost} is both {@code ::1} and 127.0.0.1, and the server listens on one of them.
 */
final class EveryAddress implements HostProvider {

    /** Makes ZooKeeper's handles with this provider. */
    static final ZookeeperFactory HANDLES = new Handles();

    private final Resolver resolver;
    private final Deque<InetSocketAddress> names = new ArrayDeque<>();
    private final Deque<InetSocketAddress> addresses = new ArrayDeque<>();
    private final Map<InetSocketAddress, Integer> counts = new HashMap<>();
    private List<InetSocketAddress> servers;
    private @Nullable InetSocketAddress server;
    private @Nullable InetSocketAddress address;
    private @Nullable InetSocketAddress connected;
    private @Nullable Long began;

    /** Creates a provider of servers, whose names the resolver looks up. */
    EveryAddress(Collection<InetSocketAddress> servers, Resolver resolver) {
        this.servers = shuffled(servers);
        this.resolver = resolver;
    }

    @Override
    public InetSocketAddress next(long spinDelay) {
        try {
            Thread.sleep(pause(spinDelay));
        } catch (InterruptedException ex) {
            // The client is being closed, and finds that out itself.
            Thread.currentThread().interrupt();
        }
        return take();
    }

    /** Returns the pause before the next address, in milliseconds: rounds begin that far apart at the least. */
    private synchronized long pause(long spinDelay) {
        if (began == null || !addresses.isEmpty() || !names.isEmpty()) {
            return 0;
        }
        long passed = Duration.ofNanos(System.nanoTime() - began).toMillis();
        return Math.max(0, spinDelay - passed);
    }

    private synchronized InetSocketAddress take() {
        if (addresses.isEmpty()) {
            if (names.isEmpty()) {
                names.addAll(servers);
                began = System.nanoTime();
            }
            server = names.remove();
            addresses.addAll(lookUp(server));
            counts.put(server, addresses.size());
        }
        address = addresses.remove();
        return address;
    }

    /** Returns the addresses of a server, with its name, by which TLS checks the certificate. */
    private List<InetSocketAddress> lookUp(InetSocketAddress named) {
        try {
            List<InetSocketAddress> found = new ArrayList<>();
            for (InetAddress one : shuffled(Arrays.asList(resolver.getAllByName(named.getHostString())))) {
                found.add(new InetSocketAddress(one, named.getPort()));
            }
            moveToEnd(found, connected);
            return found.isEmpty() ? List.of(named) : found;
        } catch (UnknownHostException ex) {
            // The attempt to connect to it fails, which says why.
            return List.of(named);
        }
    }

    /** The next round begins with the others, as this one may be about to stop. */
    @Override
    public synchronized void onConnected() {
        connected = address;
        moveToEnd(servers, server);
        names.clear();
        addresses.clear();
    }

    private static void moveToEnd(List<InetSocketAddress> list, @Nullable InetSocketAddress last) {
        if (last != null && list.remove(last)) {
            list.add(last);
        }
    }

    @Override
    public synchronized int size() {
        return servers.stream().mapToInt(one -> counts.getOrDefault(one, 1)).sum();
    }

    @Override
    public synchronized boolean updateServerList(Collection<InetSocketAddress> list, InetSocketAddress currentHost) {
        servers = shuffled(list);
        names.clear();
        addresses.clear();
        counts.clear();
        return false;
    }

    private static <T> List<T> shuffled(Collection<T> items) {
        List<T> list = new ArrayList<>(items);
        Collections.shuffle(list);
        return list;
    }

    private static final class Handles extends DefaultZookeeperFactory {

        @Override
        public ZooKeeper newZooKeeper(
                String connectString, int sessionTimeout, Watcher watcher, boolean canBeReadOnly, ZKClientConfig config)
                throws Exception {
            Collection<InetSocketAddress> servers = new ConnectStringParser(connectString).getServerAddresses();
            HostProvider provider = new EveryAddress(servers, InetAddress::getAllByName);
            return new ZooKeeper(connectString, sessionTimeout, watcher, canBeReadOnly, provider, config);
        }
    }
}
