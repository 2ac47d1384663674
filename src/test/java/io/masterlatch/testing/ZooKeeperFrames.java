package io.masterlatch.testing;

import java.nio.ByteBuffer;

/**
 * Follows one direction of ZooKeeper's client protocol, frame by frame, however the bytes are cut into chunks.
 *
 * <p>A frame is its length in four bytes and its body. The first of a connection opens the session and is passed over;
 * the body of every other begins with the xid and, in a request, the type. What does not look like it (a four-letter
 * word, another protocol) is left alone.
 */
final class ZooKeeperFrames {

    /** Looks at the beginning of a frame and says whether it may pass. */
    interface Gate {
        boolean pass(int xid, int type);
    }

    private static final int BEGINNING = 12;
    private static final int LONGEST = 64 * 1024 * 1024;

    private final Gate gate;
    private final ByteBuffer beginning = ByteBuffer.allocate(BEGINNING);
    private int rest;
    private boolean opened;
    private boolean foreign;

    ZooKeeperFrames(Gate gate) {
        this.gate = gate;
    }

    /** Returns how many of the bytes may pass: all, or those before the frame that the gate has refused. */
    int follow(byte[] bytes) {
        int start = 0;
        for (int i = 0; i < bytes.length && !foreign; ) {
            if (rest > 0) {
                int skipped = Math.min(rest, bytes.length - i);
                rest -= skipped;
                i += skipped;
                continue;
            }
            if (beginning.position() == 0) {
                start = i;
            }
            beginning.put(bytes[i++]);
            if (!beginning.hasRemaining()) {
                int length = beginning.getInt(0);
                foreign = length < BEGINNING - 4 || length > LONGEST;
                rest = length - (BEGINNING - 4);
                boolean pass = foreign || !opened || gate.pass(beginning.getInt(4), beginning.getInt(8));
                opened = true;
                beginning.clear();
                if (!pass) {
                    return start;
                }
            }
        }
        return bytes.length;
    }
}
