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
import java.util.Locale;

/** Asks one question over one kept connection as fast as HTTP allows, with next to no work of its own. */
final class KeepAliveClient implements AutoCloseable {

    record Reply(int status, String body) {}

    private final int port;
    private final int patience;
    private final byte[] request;
    private Socket socket;
    private InputStream in;

    KeepAliveClient(int port, String path, Duration patience) {
        this.port = port;
        this.patience = (int) patience.toMillis();
        this.request = ("GET " + path + " HTTP/1.1\r\nHost: " + Loopback.address(port)
                        + "\r\nAccept: application/json, application/problem+json\r\n\r\n")
                .getBytes(ISO_8859_1);
    }

    /** Asks, on a new connection when there is none; a failure closes it. */
    Reply ask() throws IOException {
        try {
            if (socket == null) {
                socket = new Socket();
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(patience);
                socket.connect(Loopback.socketAddress(port), patience);
                in = new BufferedInputStream(socket.getInputStream());
            }
            socket.getOutputStream().write(request);
            return reply();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    private Reply reply() throws IOException {
        int status = Integer.parseInt(line().split(" ")[1]);
        int length = 0;
        boolean chunked = false;
        boolean last = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(
                        lower.substring("content-length:".length()).strip());
            }
            chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
            last |= lower.startsWith("connection:") && lower.contains("close");
        }
        Reply reply = new Reply(status, new String(chunked ? chunks() : bytes(length), UTF_8));
        if (last) {
            close();
        }
        return reply;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = size(); size > 0; size = size()) {
            body.write(bytes(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private int size() throws IOException {
        return Integer.parseInt(line().split(";")[0].strip(), 16);
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }
}
