package io.masterlatch.curator;

/**
 * Where an election keeps its nodes.
 *
 * @param master path of the master's node, with the client's namespace in front
 */
record Paths(String master) {

    static final String LEASE = "-lease";
    static final String QUEUE = "-candidates";

    String lease() {
        return master + LEASE;
    }

    String guard() {
        return lease() + "/guard";
    }

    String queue() {
        return master + QUEUE;
    }

    String candidate(String name) {
        return queue() + "/" + name;
    }

    String parent() {
        int slash = master.lastIndexOf('/');
        return slash == 0 ? "/" : master.substring(0, slash);
    }
}
