package io.masterlatch.zookeeper;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A session that a dead process has left behind. It is taken over by its id and password, as that process itself could have done on
 * a new connection, and closed.
 *
 * <p>This speaks ZooKeeper's protocol on a socket, two requests that are the same since ZooKeeper 3.0. The election waits for
 * it, and to load and start ZooKeeper's client would take the JVM longer than all the rest, its own start included.
 */
final class LeftSession {

    /** How an attempt to close the session ended. */
    enum End {
        /** It is closed now; a quorum has committed that. */
        CLOSED,
        /** It was closed or expired before, or the password is wrong, which servers do not tell apart. */
        GONE,
        /** No server answered in time. */
        UNREACHABLE
    }

    private static final int CLOSE = -11;
    private static final int XID = 1;
    private static final int OK = 0;
    private static final int EXPIRED = -112;
    private static final int LONGEST_FRAME = 1 << 20;

    private final SessionRecord record;
    private final Transport transport;
    private final long deadline;
    private volatile @Nullable String problem;

    LeftSession(SessionRecord record, Transport transport, Duration patience) {
        this.record = record;
        this.transport = transport;
        this.deadline = System.nanoTime() + patience.toNanos();
    }

    /** Tries each server once, and takes no longer than that in all, whatever name servers and networks do. */
    End close() {
        FutureTask<End> attempts = new FutureTask<>(this::closeThroughAny);
        Thread thread = new Thread(attempts, "masterlatch-release");
        thread.setDaemon(true);
        thread.start();
        try {
            return attempts.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return End.UNREACHABLE;
        } catch (TimeoutException late) {
            return End.UNREACHABLE;
        } catch (ExecutionException unexpected) {
            throw new IllegalStateException(unexpected.getCause());
        }
    }

    /** Tells why TLS failed, if it did; null otherwise. */
    @Nullable
    String problem() {
        return problem;
    }

    private End closeThroughAny() {
        List<String> servers = SessionRecord.addresses(record.servers()).toList();
        for (int i = 0; i < servers.size(); i++) {
            // What a silent server takes is not to be missing for the others.
            End end = closeThrough(servers.get(i), servers.size() - i);
            if (end != End.UNREACHABLE) {
                return end;
            }
        }
        return End.UNREACHABLE;
    }

    private End closeThrough(String server, int serversLeft) {
        int colon = server.lastIndexOf(':');
        String host = server.substring(0, colon);
        try {
            InetAddress[] addresses = InetAddress.getAllByName(host);
            for (int i = 0; i < addresses.length; i++) {
                InetSocketAddress address =
                        new InetSocketAddress(addresses[i], Integer.parseInt(server.substring(colon + 1)));
                try {
                    return closeThrough(address, host, serversLeft + addresses.length - 1 - i);
                } catch (SSLException | IllegalStateException refused) {
                    problem = "TLS with " + server + " fails: " + Transport.words(refused);
                } catch (IOException next) {
                    // another may answer
                }
            }
        } catch (IOException nameless) {
            // another may be known
        }
        return End.UNREACHABLE;
    }

    private End closeThrough(InetSocketAddress address, String host, int attemptsLeft) throws IOException {
        try (Socket connection = new Socket()) {
            int share = Math.max(1, millisLeft() / attemptsLeft);
            connection.connect(address, share);
            connection.setTcpNoDelay(true);
            connection.setSoTimeout(share);
            Socket socket = transport.over(connection, host);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            send(socket, takeOver());
            int timeout = receive(in).getInt(Integer.BYTES);
            if (timeout <= 0) {
                return End.GONE;
            }
            // Asked for and taken over: what is left is the commit by a quorum.
            socket.setSoTimeout(millisLeft());
            send(socket, ByteBuffer.allocate(2 * Integer.BYTES).putInt(XID).putInt(CLOSE));
            ByteBuffer reply;
            do {
                reply = receive(in);
            } while (reply.getInt(0) != XID);
            int error = reply.getInt(Integer.BYTES + Long.BYTES);
            if (error != OK && error != EXPIRED) {
                throw new IOException("the server answered " + error);
            }
            return error == OK ? End.CLOSED : End.GONE;
        }
    }

    /** A ConnectRequest: version, last transaction seen, timeout, session, password, whether reading alone will do. */
    private ByteBuffer takeOver() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        byte[] secret = record.secret();
        out.writeInt(0);
        out.writeLong(0);
        // The least, since it counts from here on if the closing fails; a server raises it to what it grants at least.
        out.writeInt(1);
        out.writeLong(record.session());
        out.writeInt(secret.length);
        out.write(secret);
        out.writeBoolean(false);
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    private static void send(Socket socket, ByteBuffer body) throws IOException {
        byte[] bytes = body.array();
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + bytes.length)
                .putInt(bytes.length)
                .put(bytes);
        socket.getOutputStream().write(frame.array());
    }

    /** Returns an answer of at least the two integers and the long that both kinds begin with. */
    private static ByteBuffer receive(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 2 * Integer.BYTES + Long.BYTES || length > LONGEST_FRAME) {
            throw new IOException("no ZooKeeper: it sent " + length);
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the server hung up");
        }
        return ByteBuffer.wrap(bytes);
    }

    private int millisLeft() throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new IOException("out of time");
        }
        return (int) left;
    }
}
