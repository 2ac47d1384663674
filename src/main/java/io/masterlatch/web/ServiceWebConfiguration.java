package io.masterlatch.web;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the service answers over HTTP besides: the page, unknown paths, and security headers everywhere. Applications do without. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebProperties.class)
public class ServiceWebConfiguration {

    /** Creates the configuration. */
    public ServiceWebConfiguration() {}

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> securityHeaders() {
        return SecurityHeadersValve.customizer();
    }

    @Bean
    @ConditionalOnBooleanProperty("masterlatch.web.enabled")
    PageController pageController() {
        return new PageController(PageController.class.getPackage().getImplementationVersion());
    }

    @Bean
    @ConditionalOnBooleanProperty("masterlatch.web.enabled")
    UnknownPaths unknownPaths(WebProperties web) {
        return new UnknownPaths(web);
    }
}
