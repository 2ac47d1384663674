package io.masterlatch.web;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/** Sets the service's security headers on a management port of its own. */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnBean(ServiceWebConfiguration.class)
class ManagementPortConfiguration {

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> managementSecurityHeaders() {
        return SecurityHeadersValve.customizer();
    }
}
