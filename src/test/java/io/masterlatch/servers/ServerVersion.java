package io.masterlatch.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.ProgramProcess;
import io.masterlatch.testing.ZooKeeperProcess;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * A release of ZooKeeper. Its jars are in a directory of target, into which the build copies them.
 *
 * @param number such as 3.4.14
 */
record ServerVersion(String number) {

    /**
     * Returns the versions that this build tests: the oldest one, and in the profile {@code servers} one of each minor
     * release.
     */
    static Stream<ServerVersion> all() {
        return Arrays.stream(System.getProperty("zookeeper.servers", "3.4.14").split(","))
                .map(ServerVersion::new);
    }

    /** Prepares a server of this version. */
    ZooKeeperProcess server(String name) {
        return new ZooKeeperProcess(name + "-" + number)
                .classPath(classPath())
                // A 3.4 server would need log4j for it.
                .jvm("-Dzookeeper.jmx.log4j.disable=true");
    }

    /** Starts a server, and makes sure that it is of this version. */
    VersionedServer start(ZooKeeperProcess server) {
        server.start().awaitServing();
        assertThat(server.version()).startsWith(number + "-");
        return new VersionedServer(server);
    }

    /** Runs a program of these tests with this version's classes. */
    void run(Class<?> program, String... arguments) {
        ProgramProcess.run(
                program.getSimpleName() + "-" + number,
                location(program) + File.pathSeparator + classPath(),
                program,
                arguments);
    }

    private String classPath() {
        Path jars = location(ServerVersion.class).resolveSibling("zookeeper-" + number);
        assertThat(Files.isDirectory(jars))
                .as(jars + " is there: ./mvnw verify copies it, with -Pservers for all versions")
                .isTrue();
        return jars + "/*";
    }

    private static Path location(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "ZooKeeper " + number;
    }
}
