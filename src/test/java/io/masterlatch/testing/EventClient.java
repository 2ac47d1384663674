package io.masterlatch.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads {@code GET /master} as a stream of events, byte by byte as they come, on one connection without a thread. */
public final class EventClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Socket socket;
    private final InputStream in;
    private final int status;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private int chunk;
    private boolean ended;

    /** One event; the id is empty when it has none. */
    public record Event(String name, String id, String data) {}

    private EventClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.status = Integer.parseInt(headerLine().split(" ")[1]);
        for (String line = headerLine(); !line.isEmpty(); line = headerLine()) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
    }

    /** Opens a stream, with more header lines if wanted, and waits for the head of the answer. */
    public static EventClient open(int port, String... lines) throws IOException {
        return new EventClient(request(port, lines));
    }

    /**
     * Asks for a stream, unless the header lines accept something else, on a connection that takes in as little as the
     * system lets it, and leaves the reading to others.
     */
    public static Socket request(int port, String... lines) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(Loopback.socketAddress(port), (int) PATIENCE.toMillis());
        String more = lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
        String accept = more.contains("Accept: ") ? "" : "Accept: text/event-stream\r\n";
        socket.getOutputStream()
                .write(("GET /master HTTP/1.1\r\nHost: " + Loopback.address(port) + "\r\n" + accept + more + "\r\n")
                        .getBytes(ISO_8859_1));
        return socket;
    }

    /** Reads the answer to a request that was sent before. */
    public static EventClient answerOn(Socket socket) throws IOException {
        return new EventClient(socket);
    }

    public int status() {
        return status;
    }

    /** Returns the value of a header, null when it was not sent. */
    public String header(String name) {
        return headers.get(name);
    }

    /** Waits for the next event. */
    public Event next() throws IOException {
        while (true) {
            String name = "";
            String id = "";
            String data = null;
            for (String line : block().split("\n")) {
                if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length());
                } else if (line.startsWith("id: ")) {
                    id = line.substring("id: ".length());
                } else if (line.startsWith("data: ")) {
                    data = line.substring("data: ".length());
                }
            }
            if (data != null) {
                return new Event(name, id, data);
            }
        }
    }

    /** Waits for the next lines up to an empty one, whatever they are; fails at the end of the stream. */
    public String block() throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        int last = 0;
        while (true) {
            int c = read();
            if (c < 0) {
                throw new EOFException("the stream has ended, after " + block.toString(UTF_8));
            }
            if (c == '\n' && last == '\n') {
                return block.toString(UTF_8);
            }
            block.write(c);
            last = c;
        }
    }

    /** Returns all events up to the proper end of the stream; fails if the connection is cut. */
    public List<Event> untilTheEnd() throws IOException {
        List<Event> events = new ArrayList<>();
        try {
            while (true) {
                events.add(next());
            }
        } catch (EOFException end) {
            if (!ended) {
                throw end;
            }
            return events;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private int read() throws IOException {
        if (header("Transfer-Encoding") == null) {
            // One that is closed behind its only events.
            int c = in.read();
            ended = c < 0;
            return c;
        }
        if (chunk == 0 && !ended) {
            chunk = Integer.parseInt(headerLine(), 16);
            if (chunk == 0) {
                ended = true;
                headerLine();
            }
        }
        if (ended) {
            return -1;
        }
        int c = byteOfAnswer();
        if (--chunk == 0) {
            headerLine();
        }
        return c;
    }

    private String headerLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = byteOfAnswer(); c != '\n'; c = byteOfAnswer()) {
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    private int byteOfAnswer() throws IOException {
        int c = in.read();
        if (c < 0) {
            throw new EOFException("the connection was cut");
        }
        return c;
    }
}
