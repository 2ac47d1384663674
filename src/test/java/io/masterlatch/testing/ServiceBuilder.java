package io.masterlatch.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What an instance is started with. */
public final class ServiceBuilder {

    private final String name;
    private final List<String> flags = new ArrayList<>(Workplace.SMALL);
    private final List<String> arguments = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> wrapper = new ArrayList<>();
    private Path workingDirectory;
    private Path jar;
    private Path javaHome = Path.of(System.getProperty("java.home"));
    private int port;
    private boolean packed;

    ServiceBuilder(String name) {
        this.name = name;
        flags.add("-Xmx96m");
    }

    /** Sets a property as {@code --key=value}; the value may use Spring's placeholders. */
    public ServiceBuilder property(String key, Object value) {
        return arguments("--" + key + "=" + value);
    }

    /** Has it announce itself with the loopback address and its port. */
    public ServiceBuilder loopbackAddress() {
        return property("masterlatch.address", Loopback.HOST + ":${server.port}");
    }

    public ServiceBuilder arguments(String... more) {
        arguments.addAll(List.of(more));
        return this;
    }

    public ServiceBuilder environment(String key, String value) {
        environment.put(key, value);
        return this;
    }

    /** Adds flags of the JVM, which prevail over the small ones that are set anyway. */
    public ServiceBuilder jvm(String... more) {
        flags.addAll(List.of(more));
        return this;
    }

    /** Runs the jar in one piece, with no JVM flag but those that are added from now on. */
    public ServiceBuilder plainJvm() {
        flags.clear();
        return packed();
    }

    public ServiceBuilder workingDirectory(Path path) {
        workingDirectory = path;
        return this;
    }

    /** Runs another jar than the one that was built. */
    public ServiceBuilder jar(Path path) {
        jar = path;
        return packed();
    }

    /** Runs the jar in one piece, as most people will, in place of one that was unpacked to start faster. */
    public ServiceBuilder packed() {
        packed = true;
        return this;
    }

    /** Runs the jar in one piece with another JDK. */
    public ServiceBuilder javaHome(Path path) {
        javaHome = path;
        return packed();
    }

    /** Has a command run the service, such as one that limits it; the service's own command is appended. */
    public ServiceBuilder under(String... command) {
        wrapper.addAll(List.of(command));
        return this;
    }

    /** Insists on this port, in place of a free one. */
    public ServiceBuilder port(int fixed) {
        port = fixed;
        return this;
    }

    /** Starts the process and does not wait for it. */
    public ServiceProcess start() {
        return new ServiceProcess(this);
    }

    String name() {
        return name;
    }

    /** Returns the port that was insisted on, 0 when any will do. */
    int fixedPort() {
        return port;
    }

    ProcessBuilder command(Path directory, int onPort) {
        List<String> command = new ArrayList<>(wrapper);
        command.add(Workplace.executable(javaHome));
        command.addAll(flags);
        command.addAll(packed ? List.of("-jar", (jar != null ? jar : builtJar()).toString()) : UnpackedJar.arguments());
        command.add("--server.port=" + onPort);
        command.addAll(arguments);
        Path home = workingDirectory != null ? workingDirectory : directory;
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    /** Returns the jar that the build names with the system property masterlatch.jar, else the newest under target. */
    static Path builtJar() {
        String named = System.getProperty("masterlatch.jar", "");
        if (!named.isEmpty()) {
            return Path.of(named).toAbsolutePath();
        }
        try (Stream<Path> files = Files.list(Workplace.target())) {
            return files.filter(file -> file.getFileName().toString().matches("masterlatch-.*-exec\\.jar"))
                    .max(Comparator.comparing(file -> file.toFile().lastModified()))
                    .orElseThrow(
                            () -> new IllegalStateException("no jar in target: run the build's package phase first"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
