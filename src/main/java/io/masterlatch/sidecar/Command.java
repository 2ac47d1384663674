package io.masterlatch.sidecar;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that is run for each notification, without a shell, with the notification in its environment and its output
 * in the log. One that runs too long is ended with all its descendants.
 */
record Command(String name, List<String> program, Duration timeout) implements NotificationTarget {

    private static final Logger log = LoggerFactory.getLogger(Command.class);

    private static final long PAUSE_MILLIS = 20;
    private static final long TIME_TO_END_MILLIS = 1_000;

    /** Runs the program. One that fails is not run again for the same notification. */
    @Override
    public boolean deliver(Notification notification) throws InterruptedException {
        Process process;
        try {
            process = start(notification);
        } catch (IOException ex) {
            log.warn("{} failed: it could not be run: {}", name, ex.getMessage());
            return false;
        }
        try (OutputLogger output = new OutputLogger(process.getInputStream(), line -> log.info("{}: {}", name, line))) {
            boolean ended = awaitEnd(process, output);
            if (!ended) {
                end(process);
                log.warn("{} failed: it was ended after its timeout of {} ms", name, timeout.toMillis());
            } else if (process.exitValue() != 0) {
                log.warn("{} failed: it ended with {}", name, process.exitValue());
            }
            // The JDK takes what is left in the pipe into memory after the end.
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            output.readAvailable();
            return ended && process.exitValue() == 0;
        } catch (InterruptedException ex) {
            log.warn("{} is ended because this instance stops", name);
            end(process);
            throw ex;
        }
    }

    private Process start(Notification notification) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(program).redirectErrorStream(true);
        setEnvironment(builder.environment(), notification);
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /** Sets all variables, also for what is not known, so that none is inherited. */
    private static void setEnvironment(Map<String, String> environment, Notification notification) {
        notification.fields().forEach((field, value) -> {
            String variable = "MASTERSHIP_" + field.replaceAll("[A-Z]", "_$0").toUpperCase(Locale.ROOT);
            environment.put(variable, value == null ? "" : value.toString().replaceAll("\\p{C}", "?"));
        });
    }

    private boolean awaitEnd(Process process, OutputLogger output) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        boolean ended = false;
        while (!ended && deadline - System.nanoTime() > 0) {
            output.readAvailable();
            ended = process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
        return ended;
    }

    private static void end(Process process) throws InterruptedException {
        // Collected before the parent ends, after which they are no longer its descendants.
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        all.forEach(ProcessHandle::destroy);
        try {
            CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
                    .get(TIME_TO_END_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException ex) {
            log.debug("Not all processes ended by themselves", ex);
        } finally {
            Stream.concat(all.stream(), all.stream().flatMap(ProcessHandle::descendants))
                    .toList()
                    .forEach(ProcessHandle::destroyForcibly);
        }
        process.waitFor(TIME_TO_END_MILLIS, TimeUnit.MILLISECONDS);
    }
}
