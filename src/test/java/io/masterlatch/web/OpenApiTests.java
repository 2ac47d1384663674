package io.masterlatch.web;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.EventClient;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.OpenApi;
import io.masterlatch.testing.ScriptedService;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** The service does what docs/openapi.yaml says, in every case that it names, and nothing that it does not. */
@ScriptedService
class OpenApiTests {

    private static final String STANDBY_ADDRESS = "master1.example.com:2223";
    private static final Pattern FIRST_EVENT = Pattern.compile("(?s).*event: (\\S+)\n.*data: (.*)\n\n");

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

    @Autowired
    private RestTestClient client;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    @LocalServerPort
    private int port;

    private final OpenApi description = OpenApi.read();
    private final Set<String> seen = new TreeSet<>();

    @BeforeEach
    void describesTheAnswersOfAStandby() throws Exception {
        latch.join();
        node.begin(heldBy(STANDBY_ADDRESS));
        node.awaitRole(latch, Role.STANDBY);
    }

    @Test
    void everyAnswerThatIsDescribedIsGivenAsDescribed() throws Exception {
        node.candidates(List.of(
                FakeMasterStore.candidate(FakeMasterStore.FOREIGN_ID, STANDBY_ADDRESS),
                FakeMasterStore.candidate("0000000000000078", null)));
        Stream.of("/master", "/master/history", "/role", "/role/standby", "/candidates")
                .forEach(path -> {
                    both(path, "application/json", 200);
                    both(path, "image/png", 406);
                });
        Stream.of("/master", "/role", "/role/standby").forEach(path -> both(path, "text/plain", 200));
        Stream.of("/role/master", "/role/observer").forEach(path -> both(path, "*/*", 503));
        both("/role/chief", "*/*", 404);
        both("/openapi.yaml", "*/*", 200);
        both("/openapi.yaml", "image/png", 406);
        both("/", "text/html", 200);
        both("/", "application/json", 406);
        Stream.of("page.js", "page.css", "master.svg").forEach(file -> both("/page/" + file, "*/*", 200));
        both("/page/index.html", "*/*", 404);

        stream("master", "Master");

        node.change(FakeMasterStore.stranger(new byte[0], FakeMasterStore.SINCE));
        await().untilAsserted(() -> both("/master", "*/*", 503));
        stream("unknown", "Absence");

        node.begin(FakeMasterStore.blocked());
        node.awaitRole(latch, Role.STANDBY);
        both("/master", "*/*", 404);
        stream("no-master", "Absence");

        node.begin(FakeMasterStore.noMaster());
        node.awaitRole(latch, Role.MASTER);
        both("/role/master", "*/*", 200);

        latch.withdraw().get(10, TimeUnit.SECONDS);
        await().untilAsserted(() -> both("/role/observer", "*/*", 200));

        node.shortenTheLease(latch);
        node.refuse("authentication failed");
        await().untilAsserted(() -> both("/master", "*/*", 503));
        both("/role", "*/*", 200);
        await().untilAsserted(() -> both("/candidates", "*/*", 503));
        both("/master/history", "*/*", 200);

        // CandidacyEndpointTests have those of the actuator.
        assertThat(description.answers())
                .filteredOn(answer -> !answer.contains("/actuator/"))
                .isSubsetOf(seen);
    }

    @Test
    void everyOperationHasATagAndEveryBodyAnExample() {
        description.checkTagsAndExamples();
    }

    @Test
    void everyAnswerLinksToTheDescriptionWhichIsServed() throws Exception {
        byte[] served = ask(HttpMethod.GET, "/openapi.yaml", "*/*", 200).getResponseBody();
        assertThat(served).isEqualTo(Files.readAllBytes(Path.of("docs", "openapi.yaml")));
        for (String path : List.of("/master", "/master/", "/master/history", "/role/master", "/role", "/candidates")) {
            String link = client.get()
                    .uri(path)
                    .exchange()
                    .returnResult(byte[].class)
                    .getResponseHeaders()
                    .getFirst("Link");
            assertThat(link).as(path).endsWith(">; rel=\"service-desc\"");
            URI described = URI.create(path).resolve(link.substring(1, link.indexOf('>')));
            assertThat(described).as(path).hasToString("/openapi.yaml");
        }
    }

    @Test
    void everyPathThatThereIsIsDescribed() {
        Set<String> mapped = mapping.getHandlerMethods().entrySet().stream()
                .filter(entry -> entry.getValue().getBeanType().getPackageName().equals("io.masterlatch.web"))
                .flatMap(entry -> operations(entry.getKey()))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(mapped).isNotEmpty();
        assertThat(description.answers()).containsAll(mapped);
    }

    /** As in the description: with the parameters' patterns, which it has too, left out. */
    private static Stream<String> operations(RequestMappingInfo info) {
        Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
        Set<MediaType> types = info.getProducesCondition().getProducibleMediaTypes();
        assertThat(methods).as(info.toString()).isNotEmpty();
        return info.getPatternValues().stream()
                .map(path -> path.replaceAll("\\{(\\w+):[^}]*}", "{$1}"))
                .flatMap(path -> methods.stream()
                        .flatMap(method -> types.stream().map(type -> OpenApi.answer(path, method.name(), 200, type))));
    }

    private void stream(String event, String schema) throws IOException {
        try (EventClient stream = EventClient.open(port)) {
            HttpHeaders headers = new HttpHeaders();
            headers.set(HttpHeaders.CONTENT_TYPE, stream.header(HttpHeaders.CONTENT_TYPE));
            headers.set(HttpHeaders.CACHE_CONTROL, stream.header(HttpHeaders.CACHE_CONTROL));
            String begin = stream.block() + "\n" + stream.block() + "\n";
            seen.add(description.check("/master", "GET", stream.status(), headers, begin));
            Matcher first = FIRST_EVENT.matcher(begin);
            assertThat(first.matches()).as(begin).isTrue();
            assertThat(first.group(1)).isEqualTo(event);
            description.checkSchema(schema, first.group(2));
        }
        assertThat(ask(HttpMethod.HEAD, "/master", "text/event-stream", 200).getResponseBody())
                .isNullOrEmpty();
    }

    private void both(String path, String accept, int status) {
        EntityExchangeResult<byte[]> get = ask(HttpMethod.GET, path, accept, status);
        assertThat(get.getResponseBody()).isNotEmpty();
        if (path.startsWith("/role")) {
            ask(HttpMethod.OPTIONS, path, accept, status);
        }
        EntityExchangeResult<byte[]> head = ask(HttpMethod.HEAD, path, accept, status);
        assertThat(head.getResponseBody()).isNullOrEmpty();
    }

    private EntityExchangeResult<byte[]> ask(HttpMethod method, String path, String accept, int status) {
        EntityExchangeResult<byte[]> result = client.method(method)
                .uri(path)
                .header(HttpHeaders.ACCEPT, accept)
                .exchange()
                .expectBody()
                .returnResult();
        assertThat(result.getStatus().value()).as("%s %s", method, path).isEqualTo(status);
        byte[] body = method == HttpMethod.HEAD ? null : result.getResponseBody();
        String text = body == null ? null : new String(body, StandardCharsets.UTF_8);
        seen.add(description.check(path, method.name(), status, result.getResponseHeaders(), text));
        return result;
    }
}
