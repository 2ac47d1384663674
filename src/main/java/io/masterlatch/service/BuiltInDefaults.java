package io.masterlatch.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.ClassPathResource;

/**
 * Gives the service its defaults for Spring Boot's own settings, below every file, variable and argument. An
 * {@code application.properties} in the jar would do that only until somebody sets {@code spring.config.location}, and
 * then the service would listen on all addresses.
 */
class BuiltInDefaults implements EnvironmentPostProcessor {

    private static final String NAME = "defaults.properties";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        try {
            new PropertiesPropertySourceLoader()
                    .load("built-in defaults", new ClassPathResource(NAME, BuiltInDefaults.class))
                    .forEach(environment.getPropertySources()::addLast);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
