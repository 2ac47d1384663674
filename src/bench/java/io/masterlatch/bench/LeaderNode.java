package io.masterlatch.bench;

import java.util.Comparator;
import java.util.List;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;

/** Finds the node by which an election's leader leads. */
final class LeaderNode {

    private LeaderNode() {}

    /** Returns the path of the master's node, or of the first in Curator's queue. */
    static String of(ZooKeeper client, String root) throws KeeperException, InterruptedException {
        String master = root + "/master";
        if (client.exists(master, false) != null) {
            return master;
        }
        List<String> queue = client.getChildren(root + "/queue", false);
        String first = queue.stream()
                .min(Comparator.comparing(name -> name.substring(name.length() - 10)))
                .orElseThrow();
        return root + "/queue/" + first;
    }
}
