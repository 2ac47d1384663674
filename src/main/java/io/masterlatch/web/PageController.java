package io.masterlatch.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.MediaTypeFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.util.DigestUtils;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import org.springframework.web.util.HtmlUtils;

/** Serves the page for people and its files, and the description for programs. The page requests its data by the same paths as any client. */
@RestController
@RequestMapping(
        path = WebProperties.BASE_PATH,
        method = {RequestMethod.GET, RequestMethod.HEAD})
class PageController {

    /** Nothing but its own files and answers, and not in a frame. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Resource page;

    /**
     * Creates the page.
     *
     * @param version the version of the service that it shows; null when it is not known, as when the service runs from
     * classes
     */
    PageController(@Nullable String version) {
        try {
            String shown = version == null ? "" : HtmlUtils.htmlEscape(version);
            String html = resource("index.html").getContentAsString(StandardCharsets.UTF_8);
            page = new ByteArrayResource(html.replace("%VERSION%", shown).getBytes(StandardCharsets.UTF_8));
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    @RequestMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<Resource> page() throws IOException {
        return answer(page, MediaType.TEXT_HTML)
                .header(SecurityHeaders.POLICY, POLICY)
                .body(page);
    }

    @RequestMapping("/page/{name:[a-z]+\\.(?:css|js|svg)}")
    ResponseEntity<Resource> part(@PathVariable String name) throws IOException, NoResourceFoundException {
        Resource part = resource(name);
        if (!part.exists()) {
            throw new NoResourceFoundException(HttpMethod.GET, "/page/" + name, name);
        }
        return answer(part, MediaTypeFactory.getMediaType(name).orElseThrow()).body(part);
    }

    /** The description of all paths, to which the answers on them link. */
    @RequestMapping(path = "/openapi.yaml", produces = MediaType.APPLICATION_YAML_VALUE)
    ResponseEntity<Resource> description() throws IOException {
        Resource description = new ClassPathResource("openapi.yaml", PageController.class);
        return answer(description, MediaType.APPLICATION_YAML).body(description);
    }

    private static ResponseEntity.BodyBuilder answer(Resource content, MediaType type) throws IOException {
        return ResponseEntity.ok()
                .contentType(type)
                // Kept, and asked for again each time: the parts fit together in one version only.
                .cacheControl(CacheControl.noCache())
                // By the content: in a jar that is built reproducibly, the files of all versions have the same time.
                .eTag(DigestUtils.md5DigestAsHex(content.getContentAsByteArray()))
                // Or Spring names it f.txt, for a download.
                .header(HttpHeaders.CONTENT_DISPOSITION, "inline");
    }

    private static Resource resource(String name) {
        return new ClassPathResource("page/" + name, PageController.class);
    }
}
