package io.masterlatch.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** What a benchmark finds, on the console and in a file of target/bench. */
final class Report implements AutoCloseable {

    private static final Path DIRECTORY = Path.of("target", "bench");

    private final Path file;
    private final PrintStream out;

    Report(String name) throws IOException {
        file = Files.createDirectories(DIRECTORY).resolve(name + ".md");
        out = new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8);
        line("## " + name);
        line("");
        line(
                "%s, %d cores, %s %s, Java %s, load %.1f at the start; `./mvnw -Pbench verify -Dbench=%s`",
                LocalDateTime.now().truncatedTo(ChronoUnit.MINUTES),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"),
                load(),
                name);
        line("");
    }

    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    void line(String format, Object... values) {
        String text = values.length == 0 ? format : String.format(Locale.ROOT, format, values);
        System.out.println(text);
        out.println(text);
    }

    void table(Table table) {
        line(table.toString());
    }

    /** Says on the console alone how far it is. */
    void progress(String format, Object... values) {
        System.out.println("... " + String.format(Locale.ROOT, format, values));
    }

    @Override
    public void close() {
        line("Load %.1f at the end.", load());
        out.close();
        System.out.println("Written to " + file + "\n");
    }
}
