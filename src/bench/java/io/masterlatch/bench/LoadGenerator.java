package io.masterlatch.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Asks as fast as it is answered, on many connections that stay open; for where wrk is not installed. */
public final class LoadGenerator {

    private final int port;
    private final byte[] request;
    private final long end;

    private LoadGenerator(int port, String path, long end) {
        this.port = port;
        this.request = ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        this.end = end;
    }

    /** Takes the port, the path, the number of connections and the seconds; prints requests a second and p99 in ms. */
    public static void main(String[] args) throws Exception {
        int connections = Integer.parseInt(args[2]);
        double seconds = Double.parseDouble(args[3]);
        LoadGenerator generator =
                new LoadGenerator(Integer.parseInt(args[0]), args[1], System.nanoTime() + (long) (seconds * 1e9));
        List<Asker> askers = new ArrayList<>();
        for (int connection = 0; connection < connections; connection++) {
            Asker asker = generator.new Asker();
            askers.add(asker);
            asker.start();
        }
        for (Asker asker : askers) {
            asker.join();
        }
        long[] all = askers.stream().flatMapToLong(Asker::times).sorted().toArray();
        System.out.printf(Locale.ROOT, "%.0f %.2f%n", all.length / seconds, all[all.length * 99 / 100] / 1e6);
    }

    private final class Asker extends Thread {

        private long[] times = new long[1024];
        private int count;

        @Override
        public void run() {
            try {
                while (System.nanoTime() < end) {
                    ask();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /**
         * Asks until the time is over, or until the server closes the connection, as it does after so many requests.
         */
        private void ask() throws IOException {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setTcpNoDelay(true);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                for (long sent = System.nanoTime(); sent < end; sent = System.nanoTime()) {
                    socket.getOutputStream().write(request);
                    in.skipNBytes(contentLength(in));
                    add(System.nanoTime() - sent);
                }
            } catch (EOFException | SocketException closed) {
                // Asked again on the next connection.
            }
        }

        private void add(long time) {
            times = count == times.length ? Arrays.copyOf(times, 2 * count) : times;
            times[count++] = time;
        }

        java.util.stream.LongStream times() {
            return Arrays.stream(times, 0, count);
        }
    }

    /** Reads to the end of the headers. */
    private static int contentLength(InputStream in) throws IOException {
        int length = 0;
        StringBuilder line = new StringBuilder();
        for (int read = in.read(); ; read = in.read()) {
            if (read < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (read != '\n') {
                line.append((char) read);
                continue;
            }
            String header = line.toString().strip().toLowerCase(Locale.ROOT);
            line.setLength(0);
            if (header.isEmpty()) {
                return length;
            }
            if (header.startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring("content-length:".length()).strip());
            }
        }
    }
}
