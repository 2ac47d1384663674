package io.masterlatch.zookeeper;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;

/** Looks who may do what with the nodes of an election that is meant to be closed to others: older nodes may be open still. */
final class AccessCheck {

    private static final int HARMFUL = Perms.CREATE | Perms.DELETE | Perms.WRITE | Perms.ADMIN;

    private final ZooKeeper zooKeeper;
    private final String path;
    private final String line;

    AccessCheck(ZooKeeper zooKeeper, String path, String line) {
        this.zooKeeper = zooKeeper;
        this.path = path;
        this.line = line;
    }

    /** Asks ZooKeeper, and tells in words what everybody may do, if there is something. */
    void run(Consumer<String> findings) {
        List<String> open = new ArrayList<>();
        int slash = path.lastIndexOf('/');
        String parent = slash == 0 ? "/" : path.substring(0, slash);
        // Whoever may delete and create in the parent needs no permission for the node itself.
        look(parent, open, () -> {});
        look(line, open, () -> {});
        look(path, open, () -> {
            if (!open.isEmpty()) {
                findings.accept("anybody may meddle with the election, since in ZooKeeper everybody may change "
                        + String.join(" and ", open));
            }
        });
    }

    /** Replies come in the order of the requests, and on one thread. */
    private void look(String node, List<String> open, Runnable then) {
        zooKeeper.getACL(
                node,
                null,
                (rc, p, ctx, acl, stat) -> {
                    if (rc == Code.OK.intValue() && acl.stream().anyMatch(AccessCheck::isOpen)) {
                        open.add(node);
                    }
                    then.run();
                },
                null);
    }

    /** Tells whether what is created at the path is to be changed by its creators alone. */
    static boolean isClosed(ACLProvider acls, String path) {
        return acls.getAclForPath(path).stream().noneMatch(AccessCheck::isOpen);
    }

    private static boolean isOpen(ACL acl) {
        return acl.getId().getScheme().equals("world") && (acl.getPerms() & HARMFUL) != 0;
    }
}
