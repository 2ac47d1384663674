package io.masterlatch.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The built jar made small and fast by the very commands of docs/small-and-fast.md. */
public final class SmallLayout {

    private static final Pattern COMMAND = Pattern.compile("(?m)^```\\n(java .*)\\n```$");

    private final Path javaHome;
    private final Path directory = Workplace.directory("small");
    private final String run;

    /** Carries the page's commands out, but the last, for this JDK. */
    public SmallLayout(Path javaHome) {
        this.javaHome = javaHome;
        boolean cache = version(javaHome) >= 25;
        List<String> commands = commands().stream()
                .filter(command -> cache ? !command.contains(".jsa") : !command.contains("AOTCache"))
                .toList();
        try {
            Files.copy(
                    ServiceBuilder.builtJar(),
                    directory.resolve("masterlatch.jar"),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        carryOut(directory, commands.get(0));
        carryOut(directory.resolve("app"), commands.get(1));
        run = commands.get(2);
    }

    /** Returns the commands of the page, in order. */
    private static List<String> commands() {
        try {
            String page =
                    Files.readString(Workplace.target().resolveSibling("docs").resolve("small-and-fast.md"));
            return COMMAND.matcher(page)
                    .results()
                    .map(result -> result.group(1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int version(Path javaHome) {
        try {
            MatchResult version = Pattern.compile("JAVA_VERSION=\"([0-9]+)")
                    .matcher(Files.readString(javaHome.resolve("release")))
                    .results()
                    .findFirst()
                    .orElseThrow();
            return Integer.parseInt(version.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void carryOut(Path where, String command) {
        ChildProcess.runJava(
                javaHome, where, Stream.of(command.split(" ")).skip(1).toList());
    }

    /** Describes an instance that is run as the page says; its ZooKeeper is for the caller to name. */
    public ServiceBuilder named(String name) {
        List<String> words = List.of(run.split(" "));
        return ServiceProcess.named(name)
                .javaHome(javaHome)
                .plainJvm()
                .jvm(words.subList(1, words.indexOf("-jar")).toArray(String[]::new))
                .jar(Path.of("masterlatch.jar"))
                .workingDirectory(directory.resolve("app"));
    }

    /** Returns the flags with which the page runs it, but the archive. */
    public List<String> flags() {
        return Stream.of(run.substring(0, run.indexOf(" -jar")).split(" "))
                .skip(2)
                .toList();
    }
}
