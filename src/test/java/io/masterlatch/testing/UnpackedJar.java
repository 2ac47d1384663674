package io.masterlatch.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The built jar unpacked by its own tool, with an archive of its classes, once for all tests: an instance starts in half the time and
 * half the processor time. Whatever wants the jar in one piece says {@link ServiceBuilder#packed}.
 */
final class UnpackedJar {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String ARCHIVE = "masterlatch.jsa";

    private UnpackedJar() {}

    /** Returns the arguments that run it with the small flags; more flags go before them. */
    static List<String> arguments() {
        return Holder.ARGUMENTS;
    }

    private static List<String> unpack() {
        Path directory = Workplace.directory("unpacked");
        Path packed = ServiceBuilder.builtJar();
        Path app = directory.resolve("app");
        run(
                directory,
                List.of("-Djarmode=tools", "-jar", packed.toString(), "extract", "--destination", app.toString()));
        Path archive = directory.resolve(ARCHIVE);
        // With its whole path, since instances run in directories of their own: an archive is good for the same class
        // path only.
        List<String> jar = List.of("-jar", app.resolve(packed.getFileName()).toString());
        List<String> training = new ArrayList<>(Workplace.SMALL);
        training.addAll(List.of(
                "-XX:ArchiveClassesAtExit=" + archive,
                "-Xlog:cds=off,cds+dynamic=off",
                "-Dspring.context.exit=onRefresh"));
        training.addAll(jar);
        training.add("--zookeeper.connect-string=" + Loopback.address(Loopback.freePort()));
        run(directory, training);
        return Stream.concat(Stream.of("-XX:SharedArchiveFile=" + archive), jar.stream())
                .toList();
    }

    private static void run(Path directory, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(Workplace.executable(Path.of(System.getProperty("java.home")))));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        try (ChildProcess process = ChildProcess.start(builder, directory.resolve("log.txt"))) {
            int code = process.awaitExit(PATIENCE);
            if (code != 0) {
                throw new AssertionError(String.join(" ", command) + " ended with " + code + ":\n" + process.output());
            }
        }
    }

    private static final class Holder {

        static final List<String> ARGUMENTS = unpack();
    }
}
