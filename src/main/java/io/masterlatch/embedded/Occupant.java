package io.masterlatch.embedded;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Who listens on a port. A ZooKeeper is known by its handshake: four-letter words may be switched off in it, and the
 * client library would retry for as long as it is let.
 */
enum Occupant {

    /** Connections are refused. */
    NOBODY,

    /** Whoever listens opens sessions. */
    ZOOKEEPER,

    /** Whoever listens answers something else, or nothing in time. */
    SOMETHING_ELSE;

    private static final int PASSWORD_LENGTH = 16;

    /** Protocol version, timeout, session id, the password's length and the password; newer servers add a byte. */
    private static final int ANSWER_LENGTH = 4 + 4 + 8 + 4 + PASSWORD_LENGTH;

    private static final int SESSION_TIMEOUT_MILLIS = 4000;

    private static final int CLOSE_SESSION = -11;

    private static final int RETRY_MILLIS = 100;

    /**
     * Finds out who listens, by opening a session and closing it at once.
     *
     * @param address where to look
     * @param patience how long a silent one is waited for, and one that hangs up tried again, as a ZooKeeper does that
     * is still starting
     * @throws InterruptedException if interrupted between two tries
     */
    static Occupant of(InetSocketAddress address, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(address, remainingMillis(end));
                if (socket.getLocalPort() == address.getPort()) {
                    // TCP lets a socket connect to itself when its own port, of the system's choice, is the one it
                    // calls.
                    return NOBODY;
                }
                return opensSessions(socket, end) ? ZOOKEEPER : SOMETHING_ELSE;
            } catch (ConnectException ex) {
                return NOBODY;
            } catch (SocketTimeoutException ex) {
                return SOMETHING_ELSE;
            } catch (EOFException | SocketException ex) {
                if (end - System.nanoTime() <= 2L * RETRY_MILLIS * 1_000_000) {
                    return SOMETHING_ELSE;
                }
                Thread.sleep(RETRY_MILLIS);
            } catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }
    }

    private static boolean opensSessions(Socket socket, long end) throws IOException {
        socket.getOutputStream().write(connectRequest());
        ByteBuffer length = read(socket, Integer.BYTES, end);
        int announced = length.getInt();
        if (announced < ANSWER_LENGTH || announced > ANSWER_LENGTH + 1) {
            return false;
        }
        ByteBuffer answer = read(socket, announced, end);
        int protocolVersion = answer.getInt();
        int timeoutMillis = answer.getInt();
        long sessionId = answer.getLong();
        int passwordLength = answer.getInt();
        if (protocolVersion != 0 || timeoutMillis <= 0 || sessionId == 0 || passwordLength != PASSWORD_LENGTH) {
            return false;
        }
        closeSession(socket, end);
        return true;
    }

    private static byte[] connectRequest() throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(request)) {
            out.writeInt(4 + 8 + 4 + 8 + 4 + PASSWORD_LENGTH + 1);
            out.writeInt(0); // protocol version
            out.writeLong(0); // last zxid seen
            out.writeInt(SESSION_TIMEOUT_MILLIS);
            out.writeLong(0); // a new session
            out.writeInt(PASSWORD_LENGTH);
            out.write(new byte[PASSWORD_LENGTH]);
            out.writeBoolean(false); // not content with a read-only server
        }
        return request.toByteArray();
    }

    /** Waits for the reply too, or the server might drop the request with the connection and keep the session. */
    private static void closeSession(Socket socket, long end) {
        try {
            ByteBuffer request = ByteBuffer.allocate(3 * Integer.BYTES);
            request.putInt(2 * Integer.BYTES).putInt(1).putInt(CLOSE_SESSION);
            socket.getOutputStream().write(request.array());
            read(socket, Integer.BYTES, end);
        } catch (IOException ex) {
            // The session that nobody uses expires by itself.
        }
    }

    private static ByteBuffer read(Socket socket, int length, long end) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[length];
        int count = 0;
        while (count < length) {
            socket.setSoTimeout(remainingMillis(end));
            int read = in.read(bytes, count, length - count);
            if (read < 0) {
                throw new EOFException();
            }
            count += read;
        }
        return ByteBuffer.wrap(bytes);
    }

    private static int remainingMillis(long end) throws SocketTimeoutException {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) millis;
    }
}
