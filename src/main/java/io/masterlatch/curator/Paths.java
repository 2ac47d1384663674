package io.masterlatch.curator;

/**
 * Where an election keeps its nodes.
 *
 * @param master path of the master's node, with the client's namespace in front
 */
record Paths(String master) {

    String lease() {
        return master + "-lease";
    }

    String guard() {
        return lease() + "/guard";
    }

    String queue() {
        return master + "-candidates";
    }

    String candidate(String name) {
        return queue() + "/" + name;
    }

    String parent() {
        int slash = master.lastIndexOf('/');
        return slash == 0 ? "/" : master.substring(0, slash);
    }
}
