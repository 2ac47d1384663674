package io.masterlatch.curator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZKUtil;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/** Compares the access control lists of an election's nodes with the configured one: older nodes may have another. */
final class AclCheck {

    private static final int HARMFUL = Perms.CREATE | Perms.DELETE | Perms.WRITE | Perms.ADMIN;

    private final ZooKeeper zooKeeper;
    private final Paths paths;
    private final List<ACL> configured;
    private final List<String> open = new ArrayList<>();
    private final List<String> other = new ArrayList<>();

    AclCheck(ZooKeeper zooKeeper, Paths paths, List<ACL> configured) {
        this.zooKeeper = zooKeeper;
        this.paths = paths;
        this.configured = configured;
    }

    /** Reads the lists, and reports the difference for an operator; null if there is none. */
    void run(Consumer<@Nullable String> findings) {
        look(paths.parent(), false, () -> {});
        look(paths.queue(), true, () -> {});
        look(paths.master(), false, () -> {});
        look(paths.guard(), false, () -> {});
        look(paths.lease(), true, () -> findings.accept(words()));
    }

    /** Collects replies, which come in the order of the requests and on one thread. */
    private void look(String node, boolean own, Runnable then) {
        zooKeeper.getACL(
                node,
                null,
                (rc, p, ctx, acl, stat) -> {
                    if (rc == Code.OK.intValue()) {
                        if (isClosed(configured) && !isClosed(acl)) {
                            open.add(node + " is world-writable (" + text(acl) + ")");
                        } else if (own && !fits(acl)) {
                            other.add(node + " has " + text(acl) + ", and " + text(configured) + " is configured");
                        }
                    }
                    then.run();
                },
                null);
    }

    private @Nullable String words() {
        List<String> words = new ArrayList<>();
        if (!open.isEmpty()) {
            words.add(String.join(", ", open) + ": any client can change the election");
        }
        if (!other.isEmpty()) {
            words.add("the access control lists differ: " + String.join(", ", other)
                    + "; an instance without write permission can never become master");
        }
        return words.isEmpty() ? null : String.join("; ", words);
    }

    /**
     * Whether a list matches the configured one. ZooKeeper replaces the scheme auth by the identities of the creator.
     */
    private boolean fits(List<ACL> actual) {
        boolean byCreator =
                configured.stream().anyMatch(acl -> acl.getId().getScheme().equals("auth"));
        return byCreator
                ? actual.stream()
                        .anyMatch(acl -> !acl.getId().getScheme().equals("world") && acl.getPerms() == Perms.ALL)
                : List.copyOf(actual).containsAll(configured) && configured.containsAll(actual);
    }

    private static boolean isClosed(List<ACL> acls) {
        return acls.stream()
                .noneMatch(acl -> acl.getId().getScheme().equals("world") && (acl.getPerms() & HARMFUL) != 0);
    }

    private static String text(List<ACL> acls) {
        List<String> texts = new ArrayList<>();
        for (ACL acl : acls) {
            // Without the hash of a digest's password.
            boolean digest = acl.getId().getScheme().equals("digest");
            String id = digest
                    ? acl.getId().getId().replaceAll(":.*", "")
                    : acl.getId().getId();
            texts.add(acl.getId().getScheme() + ":" + id + ":" + ZKUtil.getPermString(acl.getPerms()));
        }
        return String.join(" ", texts);
    }
}
