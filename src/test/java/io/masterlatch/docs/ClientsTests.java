package io.masterlatch.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.masterlatch.testing.Loopback;
import io.masterlatch.testing.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The programs of docs/clients.md, run as they are written. */
@TestInstance(Lifecycle.PER_CLASS)
class ClientsTests {

    private static final String LATER = "9";
    private static final String EARLIER = "8";

    private final Page page = Page.of("docs/clients.md");

    @RegisterExtension
    private final TwoInstances instances = new TwoInstances();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "POSIX shell, sh, sh, dash, ask.sh,",
        "Python, python, python3, python3, ask.py,",
        "Node, js, node, nodejs, ask.mjs,",
        "Go, go, go, golang-go, ask.go, run",
        "Java, java, java, openjdk-17-jdk-headless, AskForMaster.java, -XX:TieredStopAtLevel=1"
    })
    void aProgramWorksUnderTheEpochOnTheMasterOnly(
            String heading, String language, String command, String debianPackage, String file, String option)
            throws IOException {
        Program program = Program.installed(command, debianPackage);
        String code = page.block(heading, language);

        assertThat(run(program, code, instances.master(), file, option)
                        .assertOk()
                        .output())
                .isEqualTo("work under epoch " + instances.epoch() + "\n");
        assertThat(run(program, code, instances.standby(), file, option)
                        .assertOk()
                        .output())
                .doesNotContain("work");
        assertThat(run(program, code, Loopback.freePort(), file, option)
                        .assertOk()
                        .output())
                .doesNotContain("work");
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName(Loopback.HOST))) {
            assertThat(run(program, code, silent.getLocalPort(), file, option)
                            .assertOk()
                            .output())
                    .doesNotContain("work");
        }
    }

    private Program.Result run(Program program, String code, int port, String file, String option) throws IOException {
        Files.writeString(directory.resolve(file), TwoInstances.at(code, port));
        // Go keeps what it has compiled in the home directory.
        Map<String, String> environment =
                Map.of("GOCACHE", Page.ROOT.resolve("target/go").toString(), "GOFLAGS", "");
        return option == null
                ? program.run(directory, environment, "", file)
                : program.run(directory, environment, "", option, file);
    }

    @Test
    void curlAsksForTheRoleAndWaitsForAMaster() {
        List<String> blocks = page.section("curl").blocks("sh");

        assertThat(shell(blocks.get(0), instances.master()).output()).isEqualTo("this instance is master\n");
        assertThat(shell(blocks.get(0), instances.standby()).output()).doesNotContain("this instance is master");
        assertThat(shell(blocks.get(1), instances.standby()).assertOk().output())
                .isEqualTo(TwoInstances.MASTER + "\n");
    }

    @Test
    void redisRefusesTheEpochOfAnEarlierMaster() throws Exception {
        Program server = Program.installed("redis-server", "redis-server");
        String port = Integer.toString(Loopback.freePort());
        Files.writeString(directory.resolve("fence.lua"), page.block("Redis", "lua"));
        String write = page.block("Redis", "sh").replace("redis-cli", "redis-cli -p " + port);
        Process redis = new ProcessBuilder(
                        server.executable().toString(), "--port", port, "--bind", "127.0.0.1", "--save", "")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("redis.log").toFile())
                .start();
        try {
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> shell("redis-cli -p " + port + " ping", Map.of())
                            .output()
                            .equals("PONG\n"));

            assertThat(List.of(LATER, EARLIER, LATER))
                    .map(epoch ->
                            shell(write, Map.of("epoch", epoch)).assertOk().output())
                    .containsExactly("1\n", "0\n", "1\n");
        } finally {
            redis.destroyForcibly().waitFor();
        }
    }

    @Test
    void s3RefusesTheEpochOfAnEarlierMasterAndAWriteOverAnotherObject() throws IOException {
        try (ObjectStore store = new ObjectStore()) {
            Files.writeString(directory.resolve("s3.conf"), "aws-sigv4 = aws:amz:eu-central-1:s3\nuser = key:secret\n");
            Files.writeString(directory.resolve("report.csv"), "written");
            String write = page.block("S3", "sh");

            assertThat(write(store, write, EARLIER).code()).isZero();
            assertThat(store.epoch).isEqualTo(EARLIER);
            assertThat(write(store, write, LATER).code()).isZero();
            assertThat(store.epoch).isEqualTo(LATER);
            assertThat(write(store, write, EARLIER).output()).isEmpty();
            assertThat(store.epoch).isEqualTo(LATER);

            store.changesAfterRead = true;
            Program.Result late = write(store, write, LATER);
            assertThat(late.code()).isNotZero();
            assertThat(late.output()).contains("412");
        }
    }

    private Program.Result write(ObjectStore store, String code, String epoch) {
        return shell(code, Map.of("epoch", epoch, "object", store.address()));
    }

    private Program.Result shell(String code, int port) {
        return shell(TwoInstances.at(code, port), Map.of());
    }

    private Program.Result shell(String code, Map<String, String> environment) {
        return Program.installed("sh", "dash").run(directory, environment, "", "-c", code);
    }

    /** One object, with the conditional writes of S3. */
    private static final class ObjectStore implements AutoCloseable {

        private final HttpServer server = HttpServer.create(new InetSocketAddress(Loopback.HOST, 0), 0);
        private String epoch = "0";
        private int version = 1;
        private boolean changesAfterRead;

        private ObjectStore() throws IOException {
            server.createContext("/", this::answer);
            server.start();
        }

        private String address() {
            return "http://" + Loopback.address(server.getAddress().getPort()) + "/bucket/report.csv";
        }

        private void answer(HttpExchange exchange) throws IOException {
            String signature = exchange.getRequestHeaders().getFirst("Authorization");
            boolean put = exchange.getRequestMethod().equals("PUT");
            int status = 200;
            if (!signature.contains(put ? "x-amz-meta-epoch" : "SignedHeaders=")) {
                status = 403;
            } else if (put && !etag().equals(exchange.getRequestHeaders().getFirst("If-Match"))) {
                status = 412;
            } else if (put) {
                epoch = exchange.getRequestHeaders().getFirst("x-amz-meta-epoch");
                version++;
            }
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("ETag", etag());
            exchange.getResponseHeaders().set("x-amz-meta-epoch", epoch);
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
            if (!put && changesAfterRead) {
                version++;
            }
        }

        private String etag() {
            return "\"" + version + "\"";
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
