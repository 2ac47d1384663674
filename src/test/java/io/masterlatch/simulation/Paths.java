package io.masterlatch.simulation;

/** Where the election keeps its nodes. */
final class Paths {

    static final String MASTER = "/master";
    static final String LEASE = "/master-lease";
    static final String GUARD = "/master-lease/guard";
    static final String QUEUE = "/master-candidates";

    private Paths() {}

    static String candidate(String name) {
        return QUEUE + "/" + name;
    }
}
