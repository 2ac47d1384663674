package io.masterlatch.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A server that is not a ZooKeeper: it does the same to every connection. */
public final class ScriptedServer implements AutoCloseable {

    private final ServerSocket server;

    private final List<Socket> open = new ArrayList<>();

    private final Thread thread;

    private ScriptedServer(Script script) {
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        this.thread = new Thread(() -> serve(script), "scripted-server");
        this.thread.start();
    }

    /** Accepts and says nothing. */
    public static ScriptedServer silent() {
        return new ScriptedServer(socket -> {});
    }

    /** Hangs up at once. */
    public static ScriptedServer hangingUp() {
        return new ScriptedServer(Socket::close);
    }

    /** Answers each connection with the same and hangs up. */
    public static ScriptedServer answering(String answer) {
        return new ScriptedServer(socket -> {
            // Unread input would reset the connection.
            socket.getInputStream().readNBytes(4);
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            socket.close();
        });
    }

    private void serve(Script script) {
        while (true) {
            try {
                Socket socket = this.server.accept();
                synchronized (this.open) {
                    this.open.add(socket);
                }
                script.play(socket);
            } catch (IOException ex) {
                if (this.server.isClosed()) {
                    return;
                }
            }
        }
    }

    /** Returns the port on the loopback address. */
    public int port() {
        return this.server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        this.server.close();
        try {
            this.thread.join();
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        synchronized (this.open) {
            for (Socket socket : this.open) {
                socket.close();
            }
        }
    }

    private interface Script {

        void play(Socket socket) throws IOException;
    }
}
