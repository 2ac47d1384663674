package io.masterlatch.web;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.ScriptedService;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponseAssert;

/** How the service meets every other request than a plain {@code GET /master}. */
@ScriptedService
@ExtendWith(OutputCaptureExtension.class)
class HttpContractTests {

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

    @Autowired
    private RestTestClient client;

    @LocalServerPort
    private int port;

    @BeforeEach
    void isStandbyOfAnother() {
        node.begin(heldBy("master1.example.com:2223"));
        node.awaitRole(latch, Role.STANDBY);
        // A failure to ask for the candidates is kept for a second, and another test may have left one.
        await().untilAsserted(
                        () -> assertThat(send("GET", "/candidates", "*/*")).hasStatusOk());
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "text/plain"})
    void answersHeadAsGetWithoutABody(String accept) {
        assertThatHeadIsGetWithoutABody(accept, 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "text/plain"})
    void answersHeadAsGetWithoutABodyAlsoWhenTheMasterIsUnknown(String accept) {
        node.refuseBeyondTheLease(latch, "authentication failed");

        assertThatHeadIsGetWithoutABody(accept, 503);
    }

    @Test
    void listsTheMethods() {
        assertThat(send("OPTIONS", "/master", "*/*"))
                .hasStatusOk()
                .hasHeader("Allow", "GET,HEAD,OPTIONS")
                .hasHeader("Cache-Control", "no-store")
                .bodyText()
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void refusesOtherMethods(String method) {
        assertThatProblem(send(method, "/master", "text/plain"), 405)
                .hasHeader("Allow", "GET, HEAD")
                .hasHeader("Cache-Control", "no-store");
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "application/xml", "application/problem+json"})
    void refusesFormatsThatItDoesNotHave(String accept) {
        assertThatProblem(send("GET", "/master", accept), 406).hasHeader("Cache-Control", "no-store");
    }

    @Test
    void refusesAnAcceptHeaderThatItCannotRead() {
        assertThat(send("GET", "/master", "text")).hasStatus(406).hasHeader("Cache-Control", "no-store");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/master/1", "/MASTER", "/role/chief", "/actuator/nothing"})
    void knowsNoOtherPath(String path) {
        assertThatProblem(send("GET", path, "text/html"), 404)
                .hasHeader("Cache-Control", "no-store")
                .bodyText()
                .contains("\"type\":\"urn:masterlatch:problem:no-such-path\"")
                .contains("On the clients' port there are /master, /master/history, /candidates, /role, ");
    }

    /** A base address with a slash at its end makes such paths. A client has to know this 404 from "no master". */
    @ParameterizedTest
    @ValueSource(strings = {"//master", "/./master", "/role/..//master", "//role/master"})
    void knowsNoPathThatTomcatAloneTakesForOneOfIts(String path, CapturedOutput output) throws IOException {
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ")
                .contains("\"type\":\"urn:masterlatch:problem:no-such-path\"");
        assertThat(output).doesNotContain("Path contains");
    }

    /** 404 means that there is no master, also to a load balancer whose check has a slash too many. */
    @ParameterizedTest
    @ValueSource(strings = {"/master/", "/master/history/", "/candidates/", "/role/", "/role/standby/"})
    void ignoresASlashAtTheEnd(String path) {
        assertThat(send("GET", path, "*/*")).hasStatusOk().hasHeader("Cache-Control", "no-store");
        assertThat(send("HEAD", path, "*/*")).hasStatusOk();
        assertThatProblem(send("DELETE", path, "*/*"), 405);
    }

    @Test
    void ignoresASlashAtTheEndOfALongPoll() throws IOException {
        String response = raw(
                "GET /master/ HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\nPrefer: wait=1\r\nConnection: close\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 304 ").contains("\r\nPreference-Applied: wait=1\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "/master, text/plain;charset=ISO-8859-1, text/plain;charset=UTF-8",
        "/master, application/json;charset=UTF-16, application/json",
        "/role, text/plain;charset=US-ASCII, text/plain;charset=UTF-8",
        "/role/standby, text/plain;charset=US-ASCII, text/plain;charset=UTF-8",
        "/role/standby, application/json;charset=ISO-8859-1, application/json",
        "/candidates, application/json;charset=ISO-8859-1, application/json",
        "/master/history, application/json;charset=ISO-8859-1, application/json",
    })
    void answersInUtf8WhateverCharsetIsAccepted(String path, String accept, String type) {
        assertThat(send("GET", path, accept)).hasStatusOk().hasHeader("Content-Type", type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRACE /master HTTP/1.1",
                "GET /%zz HTTP/1.1",
                "GET /master?<> HTTP/1.1",
                "GET /a/../../b HTTP/1.1",
                "GET /master;x=%2e%2e/ HTTP/1.1",
                "GET /error HTTP/1.1",
                "BREW /master HTTP/1.1",
                "NONSENSE"
            })
    void givesNothingAwayWhenItRefuses(String requestLine) throws IOException {
        String response = raw(requestLine + "\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 ").doesNotContainPattern("^HTTP/1.1 [123]");
        assertThat(response)
                .doesNotContainIgnoringCase("Tomcat")
                .doesNotContainIgnoringCase("Server:")
                .doesNotContain("Exception")
                .doesNotContain("springframework")
                .doesNotContain("\tat ");
    }

    private void assertThatHeadIsGetWithoutABody(String accept, int status) {
        RestTestClientResponse get = send("GET", "/master", accept);
        RestTestClientResponse head = send("HEAD", "/master", accept);

        assertThat(get).hasStatus(status).bodyText().isNotEmpty();
        assertThat(head).hasStatus(status).bodyText().isEmpty();
        assertThat(headers(head)).isEqualTo(headers(get));
    }

    /** All that is not about the transfer of this very response. */
    private static Map<String, List<String>> headers(RestTestClientResponse response) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        response.getExchangeResult().getResponseHeaders().forEach(headers::put);
        List.of("Date", "Content-Length", "Transfer-Encoding").forEach(headers::remove);
        return headers;
    }

    private static RestTestClientResponseAssert assertThatProblem(RestTestClientResponse response, int status) {
        return assertThat(response)
                .hasStatus(status)
                .hasHeader("Content-Type", "application/problem+json")
                .satisfies(problem ->
                        assertThat(problem).bodyJson().extractingPath("status").isEqualTo(status));
    }

    private RestTestClientResponse send(String method, String path, String accept) {
        return RestTestClientResponse.from(client.method(HttpMethod.valueOf(method))
                .uri(path)
                .header("Accept", accept)
                .exchange());
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
