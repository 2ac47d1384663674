package io.masterlatch.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.UrlHandlerFilter;

/**
 * What all answers on the paths of this package have in common, refusals included. They are kept out of caches, since
 * any of them can be wrong a moment later; and a slash at the end of a path is ignored, since 404 means that there is
 * no master.
 */
final class PathsFilter extends HttpFilter {

    private static final String MARK = PathsFilter.class.getName();

    private final @Nullable String base;

    // Registered for these paths only.
    private final transient UrlHandlerFilter slash =
            UrlHandlerFilter.trailingSlashHandler("/**").wrapRequest().build();

    /** Creates a filter. The description of the paths is below {@code base}, without the context path; null when it is not served. */
    PathsFilter(@Nullable String base) {
        this.base = base;
    }

    /** Returns whether a request is for one of the paths. */
    static boolean isMarked(HttpServletRequest request) {
        return request.getAttribute(MARK) != null;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        request.setAttribute(MARK, true);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        SecurityHeaders.set(response);
        if (base != null) {
            // Relative, since a proxy may put a path of its own in front.
            int depth = depth(request.getRequestURI()) - depth(request.getContextPath() + base) - 1;
            String link = "<" + "../".repeat(Math.max(0, depth)) + "openapi.yaml>; rel=\"service-desc\"";
            response.setHeader(HttpHeaders.LINK, link);
        }
        if (request.getRequestURI().endsWith("/")) {
            slash.doFilter(request, response, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private static int depth(String path) {
        return (int) path.chars().filter(character -> character == '/').count();
    }
}
