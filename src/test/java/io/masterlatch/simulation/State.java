package io.masterlatch.simulation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the ensemble keeps, at one point of its history.
 *
 * @param master the master's node; null when there is none
 * @param line the nodes in the line of succession
 * @param joined how many have ever joined that line
 * @param sessions the sessions that live
 */
record State(@Nullable Znode master, List<Place> line, int joined, Set<Long> sessions) {

    /**
     * The master's node.
     *
     * @param owner the session that it ends with
     * @param data what it says
     * @param created the transaction that created it
     * @param modified the transaction that last wrote it
     * @param version how many times it was written since
     */
    record Znode(long owner, String data, long created, long modified, int version) {

        Znode written(String newData, long by) {
            return new Znode(owner, newData, created, by, version + 1);
        }
    }

    /**
     * A node in the line of succession.
     *
     * @param owner the session that it ends with
     * @param name its name
     */
    record Place(long owner, String name) {}

    static State empty() {
        return new State(null, List.of(), 0, Set.of());
    }

    State with(@Nullable Znode other) {
        return new State(other, line, joined, sessions);
    }

    State begun(long session) {
        Set<Long> more = new HashSet<>(sessions);
        more.add(session);
        return new State(master, line, joined, more);
    }

    /** Without a session and all that is its own. */
    State ended(long session) {
        Set<Long> fewer = new HashSet<>(sessions);
        fewer.remove(session);
        Znode left = master != null && master.owner() == session ? null : master;
        boolean stood = line.stream().anyMatch(place -> place.owner() == session);
        List<Place> others =
                stood ? line.stream().filter(place -> place.owner() != session).toList() : line;
        return new State(left, others, joined, fewer);
    }

    State joined(long session, String prefix) {
        Place last = new Place(session, prefix + String.format("%010d", joined));
        return new State(master, Stream.concat(line.stream(), Stream.of(last)).toList(), joined + 1, sessions);
    }

    State withoutFirst() {
        return new State(master, line.subList(1, line.size()), joined, sessions);
    }

    boolean hasPlace(String name) {
        for (Place place : line) {
            if (place.name().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
