package io.masterlatch.curator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The children of a node in an operator's words: those of an election below it, and others. */
final class Children {

    /**
     * More are not read: their names could be more than a client takes in one reply, and then it cuts the connection.
     */
    static final int MOST_READ = 1000;

    private static final int MOST_NAMED = 10;

    private Children() {}

    static String words(String path, List<String> names) {
        Set<String> present = new TreeSet<>(names);
        Map<String, List<String>> elections = new TreeMap<>();
        List<String> words = new ArrayList<>();
        for (String name : present) {
            String master = name.replaceFirst(Paths.LEASE + "$|" + Paths.QUEUE + "$", "");
            if (present.contains(master + Paths.LEASE) || present.contains(master + Paths.QUEUE)) {
                elections.computeIfAbsent(master, none -> new ArrayList<>()).add(name);
            } else {
                words.add(name);
            }
        }
        List<String> nested = new ArrayList<>();
        elections.forEach((master, nodes) ->
                nested.add(String.join(", ", nodes) + " (of the election on " + path + "/" + master + ")"));
        words.addAll(0, nested);
        int more = words.size() - MOST_NAMED;
        return more <= 0
                ? String.join(", ", words)
                : String.join(", ", words.subList(0, MOST_NAMED)) + " and " + more + " more";
    }
}
