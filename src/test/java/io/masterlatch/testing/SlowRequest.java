package io.masterlatch.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.Socket;

/**
 * A request whose body comes in two parts, so that it is under way for as long as a test likes. It sets a log level
 * that nothing uses, for which the instance has to expose the endpoint {@code loggers}.
 */
public final class SlowRequest implements AutoCloseable {

    private static final String FIRST = "{\"configuredLevel\"";
    private static final String SECOND = ":\"INFO\"}";

    private final Socket socket;

    private SlowRequest(Socket socket) {
        this.socket = socket;
    }

    /** Sends the first part, and returns when the instance is at work on it. */
    public static SlowRequest begin(ServiceProcess instance) throws IOException {
        Socket socket = new Socket();
        socket.connect(Loopback.socketAddress(instance.port()), 2_000);
        socket.setSoTimeout(20_000);
        SlowRequest request = new SlowRequest(socket);
        // The interim answer 100 is sent when the service begins to read the body.
        request.send("POST /actuator/loggers/unused HTTP/1.1\r\nHost: " + Loopback.address(instance.port())
                + "\r\nContent-Type: application/json\r\nContent-Length: " + (FIRST.length() + SECOND.length())
                + "\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
        if (!request.line().startsWith("HTTP/1.1 100")) {
            throw new IOException("the instance did not begin to read");
        }
        request.line();
        request.send(FIRST);
        return request;
    }

    /** Sends the rest and returns the answer's status line. */
    public String finish() throws IOException {
        send(SECOND);
        return line();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = read(); c >= 0 && c != '\n'; c = read()) {
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    private int read() throws IOException {
        return socket.getInputStream().read();
    }
}
