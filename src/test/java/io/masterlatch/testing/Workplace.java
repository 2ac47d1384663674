package io.masterlatch.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where the processes of tests live: directories under target, and the JVM with the class path of the tests. */
final class Workplace {

    /** Flags with which a JVM starts quickly and stays small. */
    static final List<String> SMALL =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss512k", "-Xshare:auto", "-XX:-UsePerfData");

    private static final String LOGGING = "io/masterlatch/testing/quiet-logback.xml";

    private Workplace() {}

    /** Returns the build's output directory. */
    static Path target() {
        return Path.of(System.getProperty("basedir", System.getProperty("user.dir")), "target");
    }

    /** Creates a directory of its own for each call. */
    static Path directory(String name) {
        try {
            return Files.createTempDirectory(Files.createDirectories(target().resolve("processes")), name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the class path of the tests. */
    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** Returns the command that runs a main class of the tests' class path, logging nothing below the level. */
    static List<String> java(String mainClass, String logLevel, List<String> flags, String... arguments) {
        return java(classPath(), mainClass, logLevel, flags, arguments);
    }

    /** Returns the command that runs a main class of a class path, logging nothing below the level. */
    static List<String> java(
            String classPath, String mainClass, String logLevel, List<String> flags, String... arguments) {
        List<String> command = new ArrayList<>(List.of(executable(Path.of(System.getProperty("java.home")))));
        command.addAll(SMALL);
        command.addAll(flags);
        command.add("-Dlogback.configurationFile=" + LOGGING);
        command.add("-Dquiet.level=" + logLevel);
        command.addAll(List.of("-cp", classPath));
        command.add(mainClass);
        command.addAll(List.of(arguments));
        return command;
    }

    static String executable(Path javaHome) {
        return javaHome.resolve("bin").resolve("java").toString();
    }

    /** Deletes the directory with everything in it. */
    static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
