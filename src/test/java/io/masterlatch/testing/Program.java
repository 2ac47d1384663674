package io.masterlatch.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A program of this machine that tests try things with. */
public final class Program {

    private static final int PATIENCE_SECONDS = 90;

    private final Path executable;

    private Program(Path executable) {
        this.executable = executable;
    }

    /** Finds a program, or skips the test and says which Debian package has it. */
    public static Program installed(String name, String debianPackage) {
        Path found = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                // Where Debian has what an administrator runs.
                .map(directory -> Path.of(directory, name))
                .flatMap(path -> Stream.of(path, Path.of("/usr/sbin", name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        Assumptions.assumeTrue(found != null, name + " is not installed: it is in Debian's package " + debianPackage);
        return new Program(found);
    }

    /** Returns where it is. */
    public Path executable() {
        return executable;
    }

    /** Runs it to its end, with nothing to read. */
    public Result run(Path directory, String... arguments) {
        return run(directory, Map.of(), "", arguments);
    }

    /** Runs it to its end, with this to read. */
    public Result run(Path directory, Map<String, String> environment, String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(executable.toString()));
        command.addAll(List.of(arguments));
        return run(directory, environment, input, command);
    }

    /** Runs any command to its end. */
    public static Result run(Path directory, Map<String, String> environment, String input, List<String> command) {
        try {
            Path fed = Files.writeString(Files.createTempFile("program", ".in"), input);
            Path output = Files.createTempFile("program", ".out");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectInput(fed.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(command + " does not end:\n" + Files.readString(output));
            }
            Result result = new Result(command, process.exitValue(), Files.readString(output, UTF_8));
            Files.delete(fed);
            Files.delete(output);
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * How a program ended.
     *
     * @param command what was run
     * @param code its exit code
     * @param output what it printed
     */
    public record Result(List<String> command, int code, String output) {

        /** Requires that it ended well. */
        public Result assertOk() {
            assertThat(code).as("%s printed:%n%s", command, output).isZero();
            return this;
        }
    }
}
