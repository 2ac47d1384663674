package io.masterlatch.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.UrlHandlerFilter;

/**
 * What all answers on the paths of this package have in common, refusals included. They are kept out of caches, since
 * any of them can be wrong a moment later; and a slash at the end of a path is ignored, since 404 means that there is
 * no master.
 */
final class PathsFilter extends HttpFilter {

    private static final String MARK = PathsFilter.class.getName();

    // It is registered for the paths alone.
    private final transient UrlHandlerFilter slash =
            UrlHandlerFilter.trailingSlashHandler("/**").wrapRequest().build();

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
        if (request.getRequestURI().endsWith("/")) {
            slash.doFilter(request, response, chain);
        } else {
            chain.doFilter(request, response);
        }
    }
}
