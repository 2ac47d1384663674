package io.masterlatch.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * What one start of an instance took.
 *
 * @param firstAnswer the time to the first 200 of {@code GET /master}
 * @param cpu the processor time it used until then
 * @param residentMebibytes its resident memory when it has been idle for a few seconds
 */
public record Start(Duration firstAnswer, Duration cpu, double residentMebibytes) {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final byte[] REQUEST =
            "GET /master HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Starts the instance, measures it and kills it; it must not insist on a port. */
    public static Start of(ServiceBuilder builder) {
        int port = Loopback.freePort();
        long begin = System.nanoTime();
        try (ServiceProcess service = builder.port(port).start()) {
            while (!answers(port)) {
                if (!service.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
                    throw new AssertionError("no answer of " + service + ":\n" + service.log());
                }
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
            long answered = System.nanoTime();
            Duration cpu = ProcessHandle.of(service.pid())
                    .flatMap(process -> process.info().totalCpuDuration())
                    .orElse(Duration.ZERO);
            Replicas.pass(Duration.ofSeconds(4));
            return new Start(Duration.ofNanos(answered - begin), cpu, resident(service.pid()));
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(Loopback.socketAddress(port), 500);
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(REQUEST);
            byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            return new String(status, StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException e) {
            return false;
        }
    }

    private static double resident(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                            .findFirst()
                            .orElseThrow()
                    / 1024.0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
