package io.masterlatch.service;

import java.util.Map;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.env.DefaultPropertiesPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Binds a separate management port to the address of the web server. By default Boot would bind it to all addresses.
 */
final class ManagementAddress {

    private static final String OWN = "management.server.address";

    private ManagementAddress() {}

    static void follow(ConfigurableEnvironment environment) {
        // Boot fails the start when the address is set and the port is the same.
        if (ManagementPortType.get(environment) == ManagementPortType.DIFFERENT && !environment.containsProperty(OWN)) {
            DefaultPropertiesPropertySource.addOrMerge(
                    Map.of(OWN, address(environment)), environment.getPropertySources());
        }
    }

    private static String address(Environment environment) {
        return environment.getRequiredProperty("server.address");
    }
}
