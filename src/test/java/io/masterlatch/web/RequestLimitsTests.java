package io.masterlatch.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.MasterLatchApplication;
import io.masterlatch.testing.ScriptedService;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/** The longest requests that are read, and the slowest, on the clients' port and on a management port of its own. */
// As WalkTests, so that both run in one context.
@SpringBootTest(
        classes = MasterLatchApplication.class,
        useMainMethod = UseMainMethod.ALWAYS,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "masterlatch.address=" + ScriptedService.SELF,
            "masterlatch.zookeeper.connect-string=" + ScriptedService.CONNECT_STRING,
            "management.server.port=0",
            "server.tomcat.connection-timeout=1s"
        })
@Import({ScriptedService.Node.class, WalkTests.Ports.class})
class RequestLimitsTests {

    private static final int LONGEST_BODY = 16 * 1024;

    @LocalServerPort
    private int clients;

    @LocalManagementPort
    private int operators;

    @Test
    void whatIsTooLongIsRefused() throws IOException {
        String tooLong = "x".repeat(9_000);
        for (int port : List.of(clients, operators)) {
            for (String request : List.of(
                    "GET /" + tooLong + " HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /master?" + tooLong + " HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /master HTTP/1.1\r\nHost: x\r\nX-Long: " + tooLong + "\r\n\r\n",
                    "GET /master HTTP/1.1\r\nHost: x\r\n" + "X: y\r\n".repeat(200) + "\r\n",
                    "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /master HTTP/1.1\r\n\r\n",
                    "GET /a%2f%2e%2e/b HTTP/1.1\r\nHost: x\r\n\r\n")) {
                assertThat(WalkTests.raw(port, request))
                        .as(request.substring(0, Math.min(60, request.length())))
                        .startsWith("HTTP/1.1 400")
                        .satisfies(WalkTests::assertGuarded);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "GET /mas", "GET /master HTTP/1.1\r\nHost: x\r\n", "GET /master HTTP/1.1\r\nHost: x\r\nX: "})
    void aClientThatDoesNotFinishARequestIsHungUpOn(String beginning) throws IOException {
        for (int port : List.of(clients, operators)) {
            // Returns when the other side has closed the connection, and fails when it does not.
            assertThat(WalkTests.raw(port, beginning)).doesNotContainPattern("^HTTP/1.1 [2]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /master", "POST /nothing", "PUT /actuator/health", "GET /master"})
    void aBodyIsReadUpToItsLimitAlone(String line) throws IOException {
        String head = line
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ";
        for (int port : List.of(clients, operators)) {
            assertThat(WalkTests.raw(port, head + LONGEST_BODY + "\r\n\r\n" + "1".repeat(LONGEST_BODY)))
                    .doesNotStartWith("HTTP/1.1 413");
            assertThatItIsTooLong(
                    WalkTests.raw(port, head + (LONGEST_BODY + 1) + "\r\n\r\n" + "1".repeat(LONGEST_BODY + 1)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /master", "POST /nothing", "PUT /actuator/health"})
    void aBodyWithoutALengthIsReadUpToItsLimitAlone(String line) throws IOException {
        String head = line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
        String chunks = ("400\r\n" + "1".repeat(1024) + "\r\n").repeat(LONGEST_BODY / 1024);
        for (int port : List.of(clients, operators)) {
            assertThat(WalkTests.raw(port, head + chunks + "0\r\n\r\n")).doesNotStartWith("HTTP/1.1 413");
            assertThatItIsTooLong(WalkTests.raw(port, head + chunks + "1\r\n1\r\n0\r\n\r\n"));
        }
    }

    private static void assertThatItIsTooLong(String answer) {
        assertThat(answer)
                .startsWith("HTTP/1.1 413")
                .contains("\r\nContent-Type: application/problem+json\r\n")
                .contains("urn:masterlatch:problem:body-too-long")
                .contains("longer than 16384 bytes")
                .satisfies(WalkTests::assertGuarded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /mas", "POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"})
    void aClientThatDoesNotFinishAFurtherRequestIsHungUpOn(String beginning) throws IOException {
        for (int port : List.of(clients, operators)) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream()
                        .write(("OPTIONS /nothing HTTP/1.1\r\nHost: x\r\n\r\n" + beginning).getBytes(ISO_8859_1));
                String answers = new String(socket.getInputStream().readAllBytes(), UTF_8);
                assertThat(answers).contains("HTTP/1.1 ").doesNotContain("HTTP/1.1 2");
            }
        }
    }
}
