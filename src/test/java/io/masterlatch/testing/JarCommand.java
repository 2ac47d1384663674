package io.masterlatch.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A command of the built jar that has ended.
 *
 * @param exitCode its exit code
 * @param output everything it has printed
 */
public record JarCommand(int exitCode, String output) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Runs the jar with these arguments in an empty directory, and waits for its end. */
    public static JarCommand run(String... arguments) {
        return run(Map.of(), arguments);
    }

    /** Runs the jar with these variables and arguments in an empty directory, and waits for its end. */
    public static JarCommand run(Map<String, String> environment, String... arguments) {
        Path directory = Workplace.directory("command");
        List<String> command = new ArrayList<>(List.of(Workplace.executable(Path.of(System.getProperty("java.home")))));
        command.addAll(Workplace.SMALL);
        command.addAll(List.of("-jar", ServiceBuilder.builtJar().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(environment);
        try (ChildProcess process = ChildProcess.start(builder, directory.resolve("log.txt"))) {
            int exitCode = process.awaitExit(PATIENCE);
            return new JarCommand(exitCode, process.output());
        }
    }
}
