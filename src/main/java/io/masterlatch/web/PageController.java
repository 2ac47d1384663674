package io.masterlatch.web;

import java.io.IOException;
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

/** The page for people, and its files. What it shows, it asks for by the same paths as all clients. */
@RestController
@RequestMapping(
        path = WebProperties.BASE_PATH,
        method = {RequestMethod.GET, RequestMethod.HEAD})
class PageController {

    /** Nothing but its own files and answers, and not in a frame. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    @RequestMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<Resource> page() throws IOException, NoResourceFoundException {
        return file("index.html").header(SecurityHeaders.POLICY, POLICY).body(resource("index.html"));
    }

    @RequestMapping("/page/{name:[a-z]+\\.(?:css|js|svg)}")
    ResponseEntity<Resource> part(@PathVariable String name) throws IOException, NoResourceFoundException {
        return file(name).body(resource(name));
    }

    private static ResponseEntity.BodyBuilder file(String name) throws IOException, NoResourceFoundException {
        Resource file = resource(name);
        if (!file.exists()) {
            throw new NoResourceFoundException(HttpMethod.GET, "/page/" + name, name);
        }
        return ResponseEntity.ok()
                .contentType(MediaTypeFactory.getMediaType(file).orElseThrow())
                // Kept, and asked for again each time: the parts fit together in one version only.
                .cacheControl(CacheControl.noCache())
                // By the content: in a jar that is built reproducibly, the files of all versions have the same time.
                .eTag(DigestUtils.md5DigestAsHex(file.getContentAsByteArray()))
                // Or Spring names it f.txt, for a download.
                .header(HttpHeaders.CONTENT_DISPOSITION, "inline");
    }

    private static Resource resource(String name) {
        return new ClassPathResource("page/" + name, PageController.class);
    }
}
