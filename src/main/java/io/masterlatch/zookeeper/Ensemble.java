package io.masterlatch.zookeeper;

import java.util.Objects;

/**
 * The ZooKeeper servers that hold the election.
 *
 * @param connectString where they are, in the form that a ZooKeeper client takes
 * @param embedded whether this is the embedded server of a trial, in this process or in the one that was joined, and so
 * no place for anything that matters
 */
public record Ensemble(String connectString, boolean embedded) {

    /** Refuses to be without a connect string. */
    public Ensemble {
        Objects.requireNonNull(connectString, "'connectString' must not be null");
    }

    /**
     * Tells the servers alone.
     *
     * @return the connect string without its chroot
     */
    public String hosts() {
        int slash = connectString.indexOf('/');
        return slash < 0 ? connectString : connectString.substring(0, slash);
    }

    /**
     * Tells the path below which everything is to be kept. A client that is given a chroot could not create it when it is missing,
     * so this service puts it in front of its paths instead.
     *
     * @return the chroot, such as {@code /app}; empty when there is none
     */
    public String chroot() {
        int slash = connectString.indexOf('/');
        String chroot = slash < 0 ? "" : connectString.substring(slash);
        return chroot.equals("/") ? "" : chroot;
    }

    /** Names the ensemble for an operator. */
    @Override
    public String toString() {
        return embedded ? connectString + ", embedded: for a trial on one machine only" : connectString;
    }
}
