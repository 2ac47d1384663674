package io.masterlatch.web;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * Sets the security headers on all that a server answers. A valve, and no filter, because Tomcat itself answers what it
 * cannot read.
 */
final class SecurityHeadersValve extends ValveBase {

    SecurityHeadersValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        SecurityHeaders.set(response);
        if (HttpMethod.TRACE.matches(request.getMethod())) {
            // Tomcat refuses it, and names all methods that any servlet might have.
            response.setHeader(HttpHeaders.ALLOW, "GET, HEAD, OPTIONS");
        }
        getNext().invoke(request, response);
    }
}
