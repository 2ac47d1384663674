package io.masterlatch.web;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;

/**
 * Tells browsers to make nothing of an answer but what it is: no page, no script, nothing to be framed, nothing to be guessed. Who
 * answers with a page sets a {@code Content-Security-Policy} of its own, which prevails.
 *
 * <p>A valve, and no filter, because Tomcat itself answers what it cannot read. A management port of its own needs this, too.
 */
@Component
public class SecurityHeaders implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    /** Makes a customizer. */
    public SecurityHeaders() {}

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addEngineValves(new Headers());
    }

    private static final class Headers extends ValveBase {

        private Headers() {
            super(true);
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, ServletException {
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("X-Frame-Options", "DENY");
            response.setHeader("Referrer-Policy", "no-referrer");
            response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
            if (HttpMethod.TRACE.matches(request.getMethod())) {
                // Tomcat refuses it, and names all methods that any servlet might have.
                response.setHeader(HttpHeaders.ALLOW, "GET, HEAD, OPTIONS");
            }
            getNext().invoke(request, response);
        }
    }
}
