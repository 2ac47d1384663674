package io.masterlatch.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The built jar unpacked by its own tool, with an archive of its classes, once for all tests: an instance starts in
 * half the time and half the processor time. Whatever wants the jar in one piece says {@link ServiceBuilder#packed}.
 */
final class UnpackedJar {

    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
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
        ChildProcess.runJava(
                JAVA_HOME,
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
        training.add("--masterlatch.zookeeper.connect-string=" + Loopback.address(Loopback.freePort()));
        ChildProcess.runJava(JAVA_HOME, directory, training);
        return Stream.concat(Stream.of("-XX:SharedArchiveFile=" + archive), jar.stream())
                .toList();
    }

    private static final class Holder {

        static final List<String> ARGUMENTS = unpack();
    }
}
