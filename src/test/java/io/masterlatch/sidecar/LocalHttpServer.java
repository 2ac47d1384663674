package io.masterlatch.sidecar;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.masterlatch.testing.Loopback;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server of HTTP that runs for one test, with a thread for each request, so that one that hangs holds up no other.
 */
final class LocalHttpServer implements BeforeEachCallback, AfterEachCallback {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        server = HttpServer.create(new InetSocketAddress(Loopback.HOST, 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    void createContext(String path, HttpHandler handler) {
        server.createContext(path, handler);
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        server.stop(0);
        threads.shutdownNow();
    }
}
