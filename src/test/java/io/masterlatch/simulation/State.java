package io.masterlatch.simulation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the ensemble keeps, at one point of its history.
 *
 * @param nodes the nodes by their paths
 * @param sessions the sessions that live, each with the timeout that it was created with
 */
record State(TreeMap<String, Znode> nodes, TreeMap<Long, Long> sessions) {

    /**
     * What came of a transaction.
     *
     * @param state the state after it
     * @param code the error; OK when it was done
     * @param failedAt the place of the operation that failed; negative when it was done
     * @param created the path of the last node created; null when none was
     */
    record Outcome(
            State state, Code code, int failedAt, @Nullable String created) {

        /** Returns the outcome of a request that no server has answered. */
        static Outcome without(Code why) {
            return new Outcome(State.empty(), why, -1, null);
        }
    }

    static State empty() {
        return new State(new TreeMap<>(), new TreeMap<>());
    }

    @Nullable
    Znode node(String path) {
        return nodes.get(path);
    }

    /** Returns the names of a node's children. */
    List<String> children(String path) {
        String prefix = path + "/";
        return nodes.subMap(prefix, prefix + Character.MAX_VALUE).keySet().stream()
                .map(child -> child.substring(prefix.length()))
                .toList();
    }

    State begun(long session, long timeout) {
        TreeMap<Long, Long> more = new TreeMap<>(sessions);
        more.put(session, timeout);
        return new State(nodes, more);
    }

    /** Without a session and all that is its own. */
    State ended(long session) {
        TreeMap<Long, Long> fewer = new TreeMap<>(sessions);
        fewer.remove(session);
        TreeMap<String, Znode> left = nodes;
        for (Map.Entry<String, Znode> entry : nodes.entrySet()) {
            if (entry.getValue().owner() == session) {
                left = left == nodes ? new TreeMap<>(nodes) : left;
                left.remove(entry.getKey());
                left.computeIfPresent(parent(entry.getKey()), (path, node) -> node.withChildChanged());
            }
        }
        return new State(left, fewer);
    }

    /** Does all operations or none. */
    Outcome after(List<Op> ops, long zxid, long session) {
        TreeMap<String, Znode> draft = new TreeMap<>(nodes);
        String created = null;
        for (int place = 0; place < ops.size(); place++) {
            Op op = ops.get(place);
            String path = op.kind() == Op.Kind.CREATE_SEQUENTIAL ? numbered(draft, op.path()) : op.path();
            Code code = apply(draft, op, path, zxid, session);
            if (code != Code.OK) {
                return new Outcome(this, code, place, null);
            }
            created = op.kind().name().startsWith("CREATE") ? path : created;
        }
        return new Outcome(new State(draft, sessions), Code.OK, -1, created);
    }

    private static Code apply(TreeMap<String, Znode> draft, Op op, String path, long zxid, long session) {
        Znode node = draft.get(path);
        switch (op.kind()) {
            case CREATE, CREATE_EPHEMERAL, CREATE_SEQUENTIAL -> {
                String parent = parent(path);
                if (!parent.isEmpty() && !draft.containsKey(parent)) {
                    return Code.NO_NODE;
                }
                if (node != null) {
                    return Code.NODE_EXISTS;
                }
                long owner = op.kind() == Op.Kind.CREATE ? 0 : session;
                draft.put(path, new Znode(op.data(), owner, zxid, zxid, 0, 0));
                draft.computeIfPresent(parent, (p, present) -> present.withChildChanged());
                return Code.OK;
            }
            default -> {
                if (node == null) {
                    return Code.NO_NODE;
                }
                if (op.version() != -1 && op.version() != node.version()) {
                    return Code.BAD_VERSION;
                }
                if (op.kind() == Op.Kind.SET) {
                    draft.put(path, node.written(op.data(), zxid));
                } else if (op.kind() == Op.Kind.DELETE) {
                    String child = draft.higherKey(path + "/");
                    if (child != null && child.startsWith(path + "/")) {
                        return Code.NOT_EMPTY;
                    }
                    draft.remove(path);
                    draft.computeIfPresent(parent(path), (p, present) -> present.withChildChanged());
                }
                return Code.OK;
            }
        }
    }

    private static String numbered(TreeMap<String, Znode> draft, String prefix) {
        Znode parent = draft.get(parent(prefix));
        return prefix + String.format("%010d", parent == null ? 0 : parent.children());
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }
}
