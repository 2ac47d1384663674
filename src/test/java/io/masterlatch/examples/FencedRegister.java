package io.masterlatch.examples;

/**
 * A resource that only the latest master can write, as an example to copy: it remembers the highest epoch it has seen
 * and refuses lower ones.
 *
 * <p>No election can do without this. Between a master's look at its leadership and the moment its write arrives lie a
 * pause of its process, or of the network; meanwhile another may have become master and written. The epoch, which rises
 * from master to master, shows the resource which of the two writes is late.
 *
 * <p>The check and the write must be one step, and the epoch must be kept with the data. In a database that is one
 * statement, which changes no row for a late master:
 *
 * <pre>{@code
 * UPDATE register SET value = ?, epoch = ? WHERE id = ? AND epoch <= ?
 * }</pre>
 */
public final class FencedRegister {

    private long epoch;
    private String value = "";

    /**
     * Writes the value, unless a later master has written before.
     *
     * @param masterEpoch the epoch of the master that writes, from {@code GET /master} or {@code Master.epoch()}
     * @return false if the write came too late and nothing was changed
     */
    public synchronized boolean write(long masterEpoch, String newValue) {
        if (masterEpoch < epoch) {
            return false;
        }
        epoch = masterEpoch;
        value = newValue;
        return true;
    }

    /** Returns what was written last. */
    public synchronized String value() {
        return value;
    }

    /** Returns the epoch of the master that wrote last, 0 before the first write. */
    public synchronized long epoch() {
        return epoch;
    }
}
