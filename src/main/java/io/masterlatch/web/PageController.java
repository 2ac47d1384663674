package io.masterlatch.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.DigestUtils;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * The page for people, and the few files that it consists of. They are the same for everybody and change with the version only;
 * what the page shows, it asks for by the same paths as everybody else.
 */
@RestController
@RequestMapping(method = {RequestMethod.GET, RequestMethod.HEAD})
class PageController {

    /** Nothing but its own files and answers, and nobody may put it into a frame. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Map<String, MediaType> TYPES = Map.of(
            "html", new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8),
            "css", new MediaType("text", "css", StandardCharsets.UTF_8),
            "js", new MediaType("text", "javascript", StandardCharsets.UTF_8),
            "svg", new MediaType("image", "svg+xml"));

    // Filled by whoever is the first to look, so that nobody else pays for it.
    private final Map<String, ResponseEntity<byte[]>> files = new ConcurrentHashMap<>();

    /** The page. */
    @RequestMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<byte[]> page(HttpServletResponse response) {
        // Set, not added: of two policies a browser keeps to both.
        response.setHeader("Content-Security-Policy", POLICY);
        return file("index.html");
    }

    /** What it consists of. */
    @RequestMapping("/page/{file:page\\.css|page\\.js|link\\.js|(?:master|standby|observer|unknown|lost)\\.svg}")
    ResponseEntity<byte[]> part(@PathVariable String file) {
        return file(file);
    }

    private ResponseEntity<byte[]> file(String name) {
        return files.computeIfAbsent(name, PageController::read);
    }

    private static ResponseEntity<byte[]> read(String name) {
        try {
            byte[] content = new ClassPathResource("page/" + name, PageController.class).getContentAsByteArray();
            return ResponseEntity.ok()
                    .contentType(TYPES.get(StringUtils.getFilenameExtension(name)))
                    // Kept, but never used unasked: the parts fit together in one version only.
                    .cacheControl(CacheControl.noCache())
                    // Or Spring would have it saved as f.txt, for its name ends on no suffix that it knows.
                    .header(HttpHeaders.CONTENT_DISPOSITION, "inline")
                    .eTag(DigestUtils.md5DigestAsHex(content))
                    .body(content);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
