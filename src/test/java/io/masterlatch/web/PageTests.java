package io.masterlatch.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.ScriptedService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;

/** What a browser gets when it asks for the page, and what no client gets. */
@ScriptedService
class PageTests {

    private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
    private static final Pattern PART = Pattern.compile("(?:[\"'(]|\\./)(?:page/)?([a-z]+\\.(?:js|css|svg))[\"')]");

    @Autowired
    private RestTestClient client;

    @ParameterizedTest
    @ValueSource(strings = {BROWSER, "text/html", "*/*"})
    void isThePage(String accept) {
        assertThat(send("GET", "/", "Accept", accept))
                .hasStatusOk()
                .hasHeader("Content-Type", "text/html")
                .hasHeader("Cache-Control", "no-cache")
                .hasHeader("X-Content-Type-Options", "nosniff")
                .bodyText()
                .startsWith("<!DOCTYPE html>\n<html lang=\"en\">")
                // From classes there is no version to show.
                .contains("MasterLatch <span id=\"version\"></span>");
    }

    @Test
    void allowsThePageNothingButItsOwn() {
        assertThat(send("GET", "/", "Accept", BROWSER)
                        .getExchangeResult()
                        .getResponseHeaders()
                        .get("Content-Security-Policy"))
                .containsExactly(
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }

    @Test
    void hasNoOtherFormat() {
        assertThat(send("GET", "/", "Accept", "application/json"))
                .hasStatus(406)
                .hasHeader("Content-Type", "application/problem+json");
    }

    @ParameterizedTest
    @CsvSource({
        "/page/page.js, text/javascript",
        "/page/connection.js, text/javascript",
        "/page/lists.js, text/javascript",
        "/page/text.js, text/javascript",
        "/page/page.css, text/css",
        "/page/master.svg, image/svg+xml",
        "/page/standby.svg, image/svg+xml",
        "/page/observer.svg, image/svg+xml",
        "/page/unknown.svg, image/svg+xml",
        "/page/lost.svg, image/svg+xml"
    })
    void hasItsParts(String path, String type) {
        assertThat(send("GET", path, "Accept", "*/*"))
                .hasStatusOk()
                .hasHeader("Content-Type", type)
                .hasHeader("Cache-Control", "no-cache")
                .hasHeader("X-Content-Type-Options", "nosniff")
                .doesNotContainHeader("Last-Modified");
        assertThat(send("HEAD", path, "Accept", "image/png"))
                .hasStatusOk()
                .hasHeader("Content-Type", type)
                .bodyText()
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/page/page.js"})
    void isSentOnceAndThenAskedForAgain(String path) {
        String tag = send("GET", path, "Accept", "*/*")
                .getExchangeResult()
                .getResponseHeaders()
                .getETag();

        assertThat(send("GET", path, "If-None-Match", tag))
                .hasStatus(304)
                .hasHeader("ETag", tag)
                .bodyText()
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /",
        "PUT, /",
        "DELETE, /",
        "PATCH, /",
        "POST, /page/page.js",
        "DELETE, /page/master.svg",
    })
    void isOnlyRead(String method, String path) {
        assertThat(send(method, path, "Accept", BROWSER))
                .hasStatus(405)
                .hasHeader("Allow", "GET, HEAD")
                .hasHeader("Content-Type", "application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/index.html",
                "/page",
                "/page/",
                "/page/index.html",
                "/page/page.js/",
                "/page/nothing.js",
                "/page/../PageController.class",
                "/page/page/page.js",
                "/page.js",
                "/favicon.ico"
            })
    void hasNothingElse(String path) {
        assertThat(send("GET", path, "Accept", BROWSER))
                .hasStatus(404)
                .hasHeader("Content-Type", "application/problem+json");
    }

    @Test
    void namesNothingThatIsNotThereAndHasNothingThatIsNotNamed() throws IOException {
        String all = texts().collect(Collectors.joining("\n"));
        Set<String> named =
                PART.matcher(all).results().map(match -> match.group(1)).collect(Collectors.toCollection(TreeSet::new));
        // The icons of the roles are named by the roles.
        named.addAll(Set.of("master.svg", "standby.svg", "observer.svg", "unknown.svg", "lost.svg", "index.html"));

        assertThat(files().map(Resource::getFilename)).containsExactlyInAnyOrderElementsOf(named);
    }

    @Test
    void needsNothingFromElsewhereAndMakesNoMarkupOfData() throws IOException {
        assertThat(texts())
                .allSatisfy(text -> assertThat(text.replace("http://www.w3.org/2000/svg", ""))
                        .doesNotContainPattern("https?:|[\"'(]//|@import|data:image")
                        .doesNotContainPattern(
                                "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|Function\\(")
                        .doesNotContainPattern("<style|style=| on[a-z]+=\"|javascript:"));
    }

    private RestTestClientResponse send(String method, String path, String header, String value) {
        return RestTestClientResponse.from(client.method(HttpMethod.valueOf(method))
                .uri(path)
                .header(header, value)
                .exchange());
    }

    private static Stream<Resource> files() throws IOException {
        return Stream.of(new PathMatchingResourcePatternResolver().getResources("classpath:io/masterlatch/web/page/*"));
    }

    private static Stream<String> texts() throws IOException {
        return files().map(file -> {
            try {
                return file.getContentAsString(StandardCharsets.UTF_8);
            } catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        });
    }
}
