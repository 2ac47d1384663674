package io.masterlatch.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks several instances all the time which one is master, each on a connection of its own, and keeps what they say.
 */
public final class MasterHistory implements AutoCloseable {

    /**
     * What one instance answered, and the monotonic times between which it did: true at some instant of them.
     *
     * @param status the HTTP status, 0 when no answer came
     * @param role the instance's own role, empty when the answer had none
     * @param epoch the epoch of the master it named, 0 when it named none
     * @param master the address of the master it named, empty when it named none
     */
    public record Answer(
            String instance, long sent, long received, int status, String role, long epoch, String master) {

        boolean isMaster() {
            return role.equals("MASTER");
        }

        private boolean saysTheSameAs(Answer other) {
            return status == other.status
                    && role.equals(other.role)
                    && epoch == other.epoch
                    && master.equals(other.master);
        }
    }

    // A frozen instance answers after its thaw what was asked before: asked anew so often, that shows more.
    private static final Duration PATIENCE = Duration.ofMillis(250);
    private static final Duration LONG_PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    private final List<Row> rows = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final long pause;
    private volatile boolean closed;

    /** Asks every instance about once a millisecond. */
    public MasterHistory() {
        this(Duration.ofMillis(1));
    }

    /** Asks every instance as fast as it answers, with so long a pause between its answer and the next question. */
    public MasterHistory(Duration pause) {
        this.pause = pause.toNanos();
    }

    /**
     * Starts to ask these instances, also through their restarts on the same port; returns when each has been asked
     * once.
     */
    public MasterHistory watch(ServiceProcess... services) {
        for (ServiceProcess service : services) {
            watch(service.name(), service.port());
        }
        // Or the first change might come before the first answer.
        await("all instances are asked which one is master")
                .pollInterval(Duration.ofMillis(5))
                .until(() -> rows.stream().allMatch(row -> row.count() > 0));
        return this;
    }

    /** Starts to ask the instance on this port. */
    public MasterHistory watch(String instance, int port) {
        Row row = new Row();
        rows.add(row);
        Thread thread = new Thread(() -> sample(instance, port, row), "history of " + instance);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return this;
    }

    /** Returns the first and the last of each unbroken row of equal answers so far, in the order of their receipt. */
    public List<Answer> answers() {
        return rows.stream()
                .flatMap(row -> row.ends().stream())
                .sorted(Comparator.comparingLong(Answer::received))
                .toList();
    }

    /** Returns how many questions were asked. */
    public long questions() {
        return rows.stream().mapToLong(Row::count).sum();
    }

    /** Returns what the answers so far show. */
    public HistoryReport report() {
        return HistoryReport.of(answers());
    }

    /** Waits for a master of a later epoch, and returns what is known of it. */
    public HistoryReport.Tenure awaitMasterAfter(long epoch) {
        return await("a master of a later epoch than " + epoch)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(LONG_PATIENCE)
                .until(
                        () -> report().masters().stream()
                                .filter(tenure -> tenure.epoch() > epoch)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** Requires that no two were master at any instant, and that each master had a higher epoch than the one before. */
    public void assertOneAtATime() {
        HistoryReport report = report();
        assertThat(report.violations()).isEmpty();
        assertThat(report.epochsRise()).isTrue();
    }

    /** Stops asking and waits for the threads to end; the answers stay. */
    @Override
    public void close() {
        closed = true;
        threads.forEach(LockSupport::unpark);
        for (Thread thread : threads) {
            try {
                thread.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void sample(String instance, int port, Row row) {
        KeepAliveClient client = new KeepAliveClient(port, "/master", PATIENCE);
        try (client) {
            while (!closed) {
                row.add(ask(instance, client));
                LockSupport.parkNanos(pause);
            }
        } catch (IOException e) {
            // from closing a connection that is of no more use
        }
    }

    private static Answer ask(String instance, KeepAliveClient client) {
        long sent = System.nanoTime();
        try {
            KeepAliveClient.Reply reply = client.ask();
            long received = System.nanoTime();
            JsonNode body = JSON.readTree(reply.body());
            String role = body.path("role").asString("");
            long epoch = body.path("epoch").asLong(0);
            String master = body.path("master").asString("");
            return new Answer(instance, sent, received, reply.status(), role, epoch, master);
        } catch (IOException | JacksonException | NumberFormatException e) {
            return new Answer(instance, sent, System.nanoTime(), 0, "", 0, "");
        }
    }

    /** The answers of one instance, in which a row of equal ones is kept as its two ends. */
    private static final class Row {

        private final List<Answer> ends = new ArrayList<>();
        private long count;

        synchronized void add(Answer answer) {
            int size = ends.size();
            if (size > 1 && answer.saysTheSameAs(ends.get(size - 1)) && answer.saysTheSameAs(ends.get(size - 2))) {
                ends.set(size - 1, answer);
            } else {
                ends.add(answer);
            }
            count++;
        }

        synchronized List<Answer> ends() {
            return List.copyOf(ends);
        }

        synchronized long count() {
            return count;
        }
    }
}
