package io.masterlatch.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;

/**
 * A Spring application with the service's defaults for Spring Boot's own settings, below every file, variable and argument. An
 * {@code application.properties} in the jar would give them only until {@code spring.config.location} is set, and then the service would
 * listen on all addresses.
 */
public final class ServiceApplication extends SpringApplication {

    /**
     * Creates an application.
     *
     * @param sources its configuration classes
     */
    public ServiceApplication(Class<?>... sources) {
        super(sources);
        try {
            setDefaultProperties(PropertiesLoaderUtils.loadProperties(
                    new ClassPathResource("defaults.properties", ServiceApplication.class)));
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    protected void applyInitializers(ConfigurableApplicationContext context) {
        ManagementAddress.follow(context.getEnvironment());
        super.applyInitializers(context);
    }
}
