package io.masterlatch.examples;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;

/**
 * Work that one of several processes does, as an example to copy: each is a candidate, without Spring, and while it
 * is master it writes to a resource over HTTP. With every write it sends its epoch, so that the resource can refuse a
 * write that comes too late.
 *
 * <p>Arguments: ZooKeeper's connect string, the address to advertise, the resource's address, the lease in
 * milliseconds.
 */
public final class MasterAtWork {

    /** Header with the epoch of the master that writes. */
    public static final String EPOCH = "Master-Epoch";

    private static final int PAUSE_MILLIS = 20;

    private final MasterLatch latch;
    private final URI resource;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private MasterAtWork(MasterLatch latch, URI resource) {
        this.latch = latch;
        this.resource = resource;
    }

    /** Takes part in the election, and works whenever it is master. */
    public static void main(String[] arguments) throws Exception {
        try (CuratorFramework client = CuratorFrameworkFactory.builder()
                        .connectString(arguments[0])
                        .sessionTimeoutMs(10_000)
                        .connectionTimeoutMs(5_000)
                        .retryPolicy(new RetryForever(500))
                        .build();
                MasterLatch latch = new MasterLatch(
                        client, "/master", arguments[1], Duration.ofMillis(Long.parseLong(arguments[3])))) {
            client.start();
            latch.start();
            System.out.println(latch.getId() + " is at work");
            new MasterAtWork(latch, URI.create(arguments[2])).work();
        }
    }

    /** Works until the process ends. */
    private void work() throws Exception {
        ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor();
        // From the question on, anything may happen before the write arrives. That is what the epoch is for.
        worker.scheduleWithFixedDelay(
                        () -> ownMastership().ifPresent(this::write), 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                .get();
    }

    /** Takes role and epoch from one snapshot: taken one after the other, the epoch could be a successor's. */
    private Optional<Master> ownMastership() {
        Mastership mastership = latch.mastership();
        ClockReading now = latch.now();
        return mastership.role(now) == Role.MASTER ? mastership.master(now) : Optional.empty();
    }

    private void write(Master self) {
        HttpRequest request = HttpRequest.newBuilder(resource)
                .header(EPOCH, Long.toString(self.epoch()))
                .PUT(HttpRequest.BodyPublishers.ofString("written by " + latch.getId()))
                .build();
        try {
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status == 409) {
                System.out.println("Too late: another has been master since epoch " + self.epoch());
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (IOException lost) {
            System.out.println("Not known whether it was written: " + lost);
        }
    }
}
