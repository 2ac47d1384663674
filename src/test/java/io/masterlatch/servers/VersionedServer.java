package io.masterlatch.servers;

import io.masterlatch.testing.ZooKeeperProcess;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.data.ACL;

/** A running server of some version, with the clients of a test class: each name has a session of its own. */
final class VersionedServer implements AutoCloseable {

    private final ZooKeeperProcess process;
    private final Map<String, CuratorFramework> clients = new ConcurrentHashMap<>();
    private final AtomicInteger elections = new AtomicInteger();

    VersionedServer(ZooKeeperProcess process) {
        this.process = process;
    }

    String connectString() {
        return process.connectString();
    }

    /** Returns the path of an election that no other test uses; its parent is missing. */
    String newPath() {
        return "/election" + elections.incrementAndGet() + "/master";
    }

    /** Makes an instance, in the session of that name. */
    Instance instance(String path, String name) {
        return instance(path, name, Ids.OPEN_ACL_UNSAFE);
    }

    /** Makes an instance that creates nodes with this access control list. */
    Instance instance(String path, String name, List<ACL> acl) {
        CuratorFramework client = clients.computeIfAbsent(name, unused -> {
            CuratorFramework created = Clients.of(process.connectString());
            created.start();
            return created;
        });
        return new Instance(client, path, name, acl);
    }

    /** Ends the session of that name. */
    void endSession(String name) {
        clients.remove(name).close();
    }

    @Override
    public void close() {
        clients.values().forEach(CuratorFramework::close);
        process.close();
    }
}
