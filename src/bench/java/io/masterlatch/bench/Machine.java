package io.masterlatch.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;

/** The machine that a benchmark runs on. */
final class Machine {

    private static final Path CPUS = Path.of("/proc/cpuinfo");
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private Machine() {}

    /** Returns the date, the processor, memory, system and Java in one line. */
    static String describe() throws IOException {
        return String.format(
                Locale.ROOT,
                "%s, %d cores (%s), %.0f GiB, %s %s, Java %s",
                LocalDate.now(),
                Runtime.getRuntime().availableProcessors(),
                processor(),
                SYSTEM.getTotalMemorySize() / (double) (1 << 30),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"));
    }

    /** Returns how many threads have wanted to run on average in the last minute. */
    static double load() {
        return SYSTEM.getSystemLoadAverage();
    }

    private static String processor() throws IOException {
        if (!Files.exists(CPUS)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(CPUS).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }
}
