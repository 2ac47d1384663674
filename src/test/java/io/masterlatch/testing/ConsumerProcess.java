package io.masterlatch.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * An application in src/test/consumer, compiled and run with the class path that Maven gives it, as a process of its
 * own.
 */
public final class ConsumerProcess implements AutoCloseable {

    private static final Path SOURCES = Path.of("src/test/consumer");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ChildProcess process;
    private final int port;

    private ConsumerProcess(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Compiles the package and starts its main class.
     *
     * @param dependencies the name of the pom in whose class path it runs
     */
    public static ConsumerProcess start(String dependencies, String mainClass, String... arguments) {
        return start(Path.of(System.getProperty("java.home")), dependencies, mainClass, arguments);
    }

    /** The same with another JDK. */
    public static ConsumerProcess start(Path javaHome, String dependencies, String mainClass, String... arguments) {
        Path directory = Workplace.directory("consumer");
        int port = Loopback.freePort();
        List<String> command = new ArrayList<>(List.of(Workplace.executable(javaHome)));
        command.addAll(Workplace.SMALL);
        command.addAll(List.of("-Xmx96m", "-Dserver.port=" + port));
        command.addAll(List.of("-cp", compile(directory, classPath(dependencies), mainClass), mainClass));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        return new ConsumerProcess(ChildProcess.start(builder, directory.resolve("log.txt")), port);
    }

    /** Returns what Maven gives to the application with this pom. */
    public static String classPath(String dependencies) {
        try {
            return Files.readString(Workplace.target().resolve("consumer/" + dependencies + ".classpath"))
                    .strip();
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static String compile(Path directory, String classPath, String mainClass) {
        Path folder = SOURCES.resolve("java")
                .resolve(mainClass.substring(0, mainClass.lastIndexOf('.')).replace('.', '/'));
        Path classes = directory.resolve("classes");
        List<String> arguments = new ArrayList<>(
                List.of("-proc:none", "-parameters", "--release", "17", "-cp", classPath, "-d", classes.toString()));
        try (Stream<Path> sources = Files.list(folder)) {
            sources.map(Path::toString).forEach(arguments::add);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .as("exit code of the compiler")
                .isZero();
        return classes + ":" + SOURCES.resolve("resources").toAbsolutePath() + ":" + classPath;
    }

    /** Waits until it answers. */
    public ConsumerProcess awaitUp(String path) {
        await("the application answers")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> process.isAlive() && get(path).statusCode() > 0 || !process.isAlive());
        assertThat(process.isAlive()).as(process.output()).isTrue();
        return this;
    }

    /** Sends a GET with headers. */
    public HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = request(path);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request.build());
    }

    /** Sends a POST without a body. */
    public HttpResponse<String> post(String path) {
        return send(request(path).POST(BodyPublishers.noBody()).build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(PATIENCE);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        } catch (InterruptedException ex) {
            throw new IllegalStateException(ex);
        }
    }

    /** Waits until it has ended, and returns its exit code. */
    public int awaitExit() {
        return process.awaitExit(PATIENCE);
    }

    /** Returns everything that was printed. */
    public String output() {
        return process.output();
    }

    @Override
    public void close() {
        process.close();
    }
}
