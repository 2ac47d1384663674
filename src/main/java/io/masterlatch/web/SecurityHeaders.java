package io.masterlatch.web;

import jakarta.servlet.http.HttpServletResponse;

/**
 * Keeps browsers from treating an answer as anything but data: no page, no script, no frame, no guessed type. A page
 * sets a {@code Content-Security-Policy} of its own, which replaces this one.
 */
final class SecurityHeaders {

    /** The header that a page replaces. */
    static final String POLICY = "Content-Security-Policy";

    private SecurityHeaders() {}

    static void set(HttpServletResponse response) {
        if (response.containsHeader(POLICY)) {
            return;
        }
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader(POLICY, "default-src 'none'; frame-ancestors 'none'");
    }
}
