package io.masterlatch.sidecar;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that is run for each change, without a shell, with the news in its environment. What it prints goes into the log. When it
 * takes too long, it is ended with all that it has started.
 */
final class Command implements Recipient {

    private static final Logger log = LoggerFactory.getLogger(Command.class);

    private static final long LONGEST_PAUSE_MILLIS = 50;
    // More than a pipe holds, and not without end: what the program leaves running may go on to print.
    private static final int LAST_READS = 128;
    private static final Duration TIME_TO_END = Duration.ofSeconds(1);

    private final String name;
    private final List<String> program;
    private final Duration timeout;

    Command(String name, List<String> program, Duration timeout) {
        this.name = name;
        this.program = program;
        this.timeout = timeout;
    }

    /** Runs the program; one that fails is not run again for the same news. */
    @Override
    public boolean tell(News news) throws InterruptedException {
        Process process;
        try {
            process = start(news);
        } catch (IOException ex) {
            log.warn("{} could not be run: {}", name, ex.getMessage());
            return false;
        }
        Printout printout = new Printout(line -> log.info("{}: {}", name, line));
        try (InputStream output = process.getInputStream()) {
            boolean ended = awaitEnd(process, output, printout);
            if (!ended) {
                end(process);
                log.warn("{} was ended: it had not ended within {} ms", name, timeout.toMillis());
            } else if (process.exitValue() != 0) {
                log.warn("{} failed: it ended with {}", name, process.exitValue());
            }
            for (int i = 0; i < LAST_READS && printout.takeAvailable(output); i++) {
                log.trace("{} has left more to read", name);
            }
            printout.end();
            return ended && process.exitValue() == 0;
        } catch (IOException ex) {
            log.warn("{}: what it prints cannot be read: {}", name, ex.getMessage());
            end(process);
            return false;
        } catch (InterruptedException hurried) {
            log.warn("{} is ended, since this instance stops", name);
            end(process);
            throw hurried;
        }
    }

    private Process start(News news) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(program).redirectErrorStream(true);
        News.View view = news.view();
        Map<String, String> environment = builder.environment();
        // Not MASTER_..., which are this service's own settings: a command that inherits them must not read them as
        // news.
        set(environment, "ROLE", view.role());
        set(environment, "PREVIOUS_ROLE", view.previousRole());
        set(environment, "MASTER", view.master());
        set(environment, "EPOCH", view.epoch());
        set(environment, "SINCE", view.since());
        set(environment, "SELF", view.self());
        set(environment, "CAUSE", view.cause());
        set(environment, "AT", view.at());
        set(environment, "SEQUENCE", view.sequence());
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /** Sets it also when there is none: of an inherited variable of this name nobody is to take it for news. */
    private static void set(Map<String, String> environment, String name, @Nullable Object value) {
        String text = value == null ? "" : value.toString();
        environment.put("MASTERSHIP_" + name, text.replaceAll("\\p{C}", "?"));
    }

    /** Reads only what is there: a reader that waits would wait on for whatever the program leaves running. */
    private boolean awaitEnd(Process process, InputStream output, Printout printout)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        long pause = 1;
        while (!process.waitFor(pause, TimeUnit.MILLISECONDS)) {
            if (end - System.nanoTime() <= 0) {
                return false;
            }
            pause = printout.takeAvailable(output) ? 1 : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
        return true;
    }

    private static void end(Process process) throws InterruptedException {
        // Before their parent ends, after which nobody knows whose they are.
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        all.forEach(ProcessHandle::destroy);
        long end = System.nanoTime() + TIME_TO_END.toNanos();
        while (all.stream().anyMatch(ProcessHandle::isAlive) && end - System.nanoTime() > 0) {
            TimeUnit.MILLISECONDS.sleep(LONGEST_PAUSE_MILLIS);
        }
        Stream.concat(all.stream(), all.stream().flatMap(ProcessHandle::descendants))
                .toList()
                .forEach(ProcessHandle::destroyForcibly);
        process.waitFor(TIME_TO_END.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public String toString() {
        return name;
    }
}
