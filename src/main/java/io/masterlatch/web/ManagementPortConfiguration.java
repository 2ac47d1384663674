package io.masterlatch.web;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;

/** Sets a management port of its own up as the service's other one. */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnBean(ServiceWebConfiguration.class)
class ManagementPortConfiguration {

    @Bean
    ServiceTomcat managementTomcat() {
        return new ServiceTomcat();
    }
}
