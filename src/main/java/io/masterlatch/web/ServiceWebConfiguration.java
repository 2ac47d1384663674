package io.masterlatch.web;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What the service answers over HTTP besides: the page, unknown paths, and how its web servers are set up. Applications
 * do without.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebProperties.class)
public class ServiceWebConfiguration {

    /** Creates the configuration. */
    public ServiceWebConfiguration() {}

    @Bean
    ServiceTomcat serviceTomcat() {
        return new ServiceTomcat();
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
