package io.masterlatch.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** The loopback interface as tests use it: addresses, and ports on which nothing listens. */
public final class Loopback {

    /** The address that everything in tests binds. */
    public static final String HOST = "127.0.0.1";

    // Below the range from which Linux takes the ports of outgoing connections, so that a port that is free now is not
    // some client's a moment later; all of five digits, so that two addresses are always of one length.
    // A share of them for each of the JVMs in which the build runs tests at a time, numbered from 1: some want a port
    // on
    // which nothing listens, and nothing will.
    private static final int SHARES = 4;
    private static final int SHARE = 22_000 / SHARES;
    private static final int FIRST = 10_000 + Integer.getInteger("fork", 0) % SHARES * SHARE;
    private static final int LAST = FIRST + SHARE;

    private static final Set<Integer> handedOut = ConcurrentHashMap.newKeySet();

    private Loopback() {}

    /** Returns a port that is free and that no earlier call has returned. */
    public static int freePort() {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (handedOut.add(port)) {
                try (ServerSocket socket = listen(port)) {
                    return socket.getLocalPort();
                } catch (IOException taken) {
                    // the next attempt finds another
                }
            }
        }
        throw new IllegalStateException("no free port found on " + HOST);
    }

    /** Opens a server socket on the port. */
    static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 512, InetAddress.getByName(HOST));
    }

    /** Returns the port with the loopback address before it. */
    public static String address(int port) {
        return HOST + ":" + port;
    }

    static InetSocketAddress socketAddress(int port) {
        return new InetSocketAddress(HOST, port);
    }
}
