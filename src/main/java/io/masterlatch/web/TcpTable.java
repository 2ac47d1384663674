package io.masterlatch.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The TCP connections of this process's network, as Linux shows them: how many attempts to reach the peer it has not
 * acknowledged. Java does not show that, and a write to a peer that is gone succeeds for a quarter of an hour.
 */
final class TcpTable {

    /** Shows no connection, as on any other system. */
    static final TcpTable NONE = new TcpTable(List.of());

    private static final Path IPV4 = Path.of("/proc/net/tcp");
    private static final Path IPV6 = Path.of("/proc/net/tcp6");
    private static final int HEXADECIMAL = 16;
    private static final int RETRANSMISSIONS = 6;
    private static final int PROBES = 8;
    private final Map<Connection, Integer> attempts = new HashMap<>();

    /**
     * A connection, apart from the local address.
     *
     * @param localPort the port on this side
     * @param address the address of the other side, without a zone, which Linux does not show
     * @param port the port of the other side
     */
    record Connection(int localPort, String address, int port) {

        Connection {
            address = address.replaceFirst("%.*", "");
        }
    }

    TcpTable(List<String> lines) {
        lines.forEach(this::add);
    }

    /** Reads what the system shows, if it does. */
    static TcpTable read() {
        TcpTable table = new TcpTable(List.of());
        for (Path file : List.of(IPV4, IPV6)) {
            try {
                Files.readAllLines(file).forEach(table::add);
            } catch (IOException ex) {
                // Another system, or one without IPv6.
                continue;
            }
        }
        return table;
    }

    /** Returns how many attempts in a row the peer has not acknowledged; null for a connection that is not shown. */
    @Nullable
    Integer attempts(Connection connection) {
        return attempts.get(connection);
    }

    private void add(String line) {
        String[] columns = line.strip().split("\\s+");
        if (columns.length <= PROBES || !columns[0].endsWith(":")) {
            return;
        }
        String[] local = columns[1].split(":");
        String[] remote = columns[2].split(":");
        // Probes are what is sent while nothing can be: the peer has no room, and answers them, or there is no way to
        // it.
        int times = Integer.parseInt(columns[RETRANSMISSIONS], HEXADECIMAL) + Integer.parseInt(columns[PROBES]);
        Connection connection = new Connection(
                Integer.parseInt(local[1], HEXADECIMAL), address(remote[0]), Integer.parseInt(remote[1], HEXADECIMAL));
        attempts.put(connection, times);
    }

    /** Reads an address in words of four bytes, each in the order of this machine. */
    private static String address(String hex) {
        ByteBuffer words = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        ByteBuffer bytes = ByteBuffer.allocate(words.capacity()).order(ByteOrder.nativeOrder());
        while (words.hasRemaining()) {
            bytes.putInt(words.getInt());
        }
        try {
            return InetAddress.getByAddress(bytes.array()).getHostAddress();
        } catch (UnknownHostException ex) {
            throw new IllegalArgumentException(hex, ex);
        }
    }
}
