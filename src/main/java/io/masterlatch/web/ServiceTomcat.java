package io.masterlatch.web;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import java.util.EnumSet;
import org.apache.catalina.connector.Connector;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Sets up each web server of the service, that of a management port too: security headers, the limit of bodies, and
 * small buffers.
 */
final class ServiceTomcat implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    // Tomcat has 8 KB for each of these. Requests and answers are mostly below 1 KB.
    private static final String BUFFER_BYTES = "2048";

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addEngineValves(new SecurityHeadersValve());
        factory.addConnectorCustomizers(ServiceTomcat::buffers);
        factory.addInitializers(ServiceTomcat::limitBodies);
    }

    private static void buffers(Connector connector) {
        connector.setProperty("socket.appReadBufSize", BUFFER_BYTES);
        connector.setProperty("socket.appWriteBufSize", BUFFER_BYTES);
        connector.setProperty("maxTrailerSize", BUFFER_BYTES);
    }

    private static void limitBodies(ServletContext context) {
        FilterRegistration.Dynamic filter = context.addFilter("bodyLimit", new BodyLimitFilter());
        filter.setAsyncSupported(true);
        filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
    }
}
