package io.masterlatch.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.BiConsumer;

/** Takes connections on a port of the loopback interface until it is closed. */
final class ProxyListener {

    private final ServerSocket socket;
    private final Thread thread;

    /** Hands each connection over together with the listener that took it, which may be closed by then. */
    ProxyListener(int port, BiConsumer<ProxyListener, Socket> taker) {
        try {
            socket = Loopback.listen(port);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + Loopback.address(port), e);
        }
        thread = new Thread(() -> accept(taker), "proxy " + port + " listener");
        thread.setDaemon(true);
        thread.start();
    }

    /** Refuses connections from now on: the system lets go of the port only when the thread has left it. */
    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        FaultyProxy.join(thread);
    }

    private void accept(BiConsumer<ProxyListener, Socket> taker) {
        try {
            while (true) {
                taker.accept(this, socket.accept());
            }
        } catch (IOException closed) {
            // on request
        }
    }
}
