package io.masterlatch.embedded;

import java.io.IOException;
import org.apache.zookeeper.client.FourLetterWordMain;
import org.apache.zookeeper.common.X509Exception.SSLContextException;

/** The answer of a port on the loopback address to ZooKeeper's four-letter word {@code srvr}. */
enum PortProbe {

    /** A ZooKeeper serves clients there. */
    SERVING,

    /** A ZooKeeper listens there and does not serve clients yet. */
    STARTING,

    /** Nothing listens there, or something other than a ZooKeeper. */
    NO_ZOOKEEPER;

    private static final int TIMEOUT_MILLIS = 2000;

    static PortProbe of(int port) {
        try {
            String answer = FourLetterWordMain.send4LetterWord("127.0.0.1", port, "srvr", false, TIMEOUT_MILLIS);
            if (answer.startsWith("Zookeeper version") || answer.startsWith("srvr is not executed")) {
                return SERVING;
            }
            return answer.startsWith("This ZooKeeper instance") ? STARTING : NO_ZOOKEEPER;
        } catch (IOException ex) {
            return NO_ZOOKEEPER;
        } catch (SSLContextException ex) {
            throw new IllegalStateException(ex);
        }
    }
}
