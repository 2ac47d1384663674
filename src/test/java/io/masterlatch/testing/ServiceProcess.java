package io.masterlatch.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One instance of the built jar as a process, by default in an empty directory, where no application.yml is read. */
public final class ServiceProcess implements AutoCloseable {

    // A start takes two seconds, and a minute on a machine with ten times too much to do.
    private static final Duration PATIENCE = Duration.ofSeconds(100);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int TRIES = 3;
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER)
            .build();

    private final ServiceBuilder settings;
    private final Path directory;
    private int port;
    private ChildProcess process;

    ServiceProcess(ServiceBuilder settings) {
        this.settings = settings;
        this.directory = Workplace.directory(settings.name());
        this.port = settings.fixedPort() != 0 ? settings.fixedPort() : Loopback.freePort();
        this.process = launch();
    }

    /** Describes an instance of this name, which its directory and messages bear. */
    public static ServiceBuilder named(String name) {
        return new ServiceBuilder(name);
    }

    /** Waits until it answers over HTTP, whatever it answers; when its port was taken meanwhile, it gets another. */
    public ServiceProcess awaitUp() {
        for (int tries = 1; !answersOrEnds(); tries++) {
            boolean portTaken = settings.fixedPort() == 0 && log().contains("already in use");
            if (!portTaken || tries == TRIES) {
                throw new AssertionError(this + " has ended with " + exitCode() + ":\n" + log());
            }
            port = Loopback.freePort();
            restart();
        }
        return this;
    }

    /** Waits until {@code GET /master} answers with this role. */
    public ServiceProcess awaitRole(String role) {
        return awaitRole(role, PATIENCE);
    }

    /** Waits so long until {@code GET /master} answers with this role. */
    public ServiceProcess awaitRole(String role, Duration patience) {
        await(this + " is " + role)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(patience)
                .until(this::role, role::equals);
        return this;
    }

    /** Returns the role that {@code GET /master} gives, empty when it gives none. */
    public String role() {
        return field("role");
    }

    /** Returns the master's address that {@code GET /master} gives, empty when it gives none. */
    public String master() {
        return field("master");
    }

    /** Returns the epoch of the master that {@code GET /master} gives, 0 when it gives none. */
    public long epoch() {
        String epoch = field("epoch");
        return epoch.isEmpty() ? 0 : Long.parseLong(epoch);
    }

    /** Returns since when the master of {@code GET /master} is master; fails when there is none. */
    public Instant since() {
        return Instant.parse(field("since"));
    }

    /** Asks the instance. */
    public HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(ANSWER);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    /** Sends any request, whose address {@link #uri} makes. */
    public HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(this + " does not answer " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public URI uri(String path) {
        return URI.create("http://" + Loopback.address(port) + path);
    }

    public String name() {
        return settings.name();
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns everything that was printed and logged, over all starts. */
    public String log() {
        return process.output();
    }

    /** Sends SIGTERM and does not wait. */
    public void terminate() {
        process.terminate();
    }

    /** Sends SIGKILL and waits for the end. */
    public void kill() {
        process.kill();
    }

    /** Stops the process in its tracks (SIGSTOP). */
    public void freeze() {
        process.freeze();
    }

    /** Lets a frozen process go on (SIGCONT). */
    public void thaw() {
        process.thaw();
    }

    /** Starts it again after its end, on the same port and in the same directory. */
    public ServiceProcess restart() {
        if (process.isAlive()) {
            throw new IllegalStateException("still running: " + this);
        }
        process = launch();
        return this;
    }

    /** Waits for the end and returns the exit code. */
    public int exitCode() {
        return process.awaitExit(PATIENCE);
    }

    /** Kills it; the log stays. */
    @Override
    public void close() {
        process.close();
    }

    @Override
    public String toString() {
        return "instance " + name() + " on port " + port;
    }

    private ChildProcess launch() {
        return ChildProcess.start(settings.command(directory, port), directory.resolve("log.txt"));
    }

    private boolean answersOrEnds() {
        await(this + " is up")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(PATIENCE)
                .until(() -> !isAlive() || answers());
        return isAlive();
    }

    private boolean answers() {
        try {
            return get("/master").statusCode() > 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private String field(String name) {
        try {
            JsonNode answer = JSON.readTree(get("/master", "Accept", "application/json, application/problem+json")
                    .body());
            return answer.path(name).asString("");
        } catch (UncheckedIOException | tools.jackson.core.JacksonException e) {
            return "";
        }
    }
}
