package io.masterlatch.service;

import io.masterlatch.autoconfigure.MisconfigurationException;
import io.masterlatch.latch.MasterLatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;
import org.springframework.boot.web.server.WebServerException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;

/**
 * A Spring application with the service's defaults for settings of Spring Boot. Every file, variable and argument
 * overrides them. In an {@code application.properties} of the jar they would be lost when
 * {@code spring.config.location} is set, and the service would listen on all addresses.
 */
public final class ServiceApplication extends SpringApplication {

    private static final int CONFIGURATION = 78;

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

    /**
     * Returns the exit code for a failed start: 78 (EX_CONFIG of sysexits.h) for a reason that only a person can
     * change, so that a supervisor does not restart the service again and again, and 1 for a reason that may pass, such
     * as a port in use.
     */
    public static int exitCode(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof MisconfigurationException
                    || cause instanceof BindException
                    || cause instanceof ConfigDataException
                    || cause instanceof InvalidConfigurationPropertyValueException
                    || cause instanceof MutuallyExclusiveConfigurationPropertiesException
                    || cause instanceof WebServerException
                            && NestedExceptionUtils.getMostSpecificCause(cause) instanceof IllegalArgumentException
                    || cause instanceof NoSuchBeanDefinitionException missing
                            && missing.getBeanType() == MasterLatch.class) {
                return CONFIGURATION;
            }
        }
        return 1;
    }

    @Override
    protected void configureEnvironment(ConfigurableEnvironment environment, String[] args) {
        super.configureEnvironment(environment, args);
        ConfigurationFiles.check(environment);
    }

    @Override
    protected void applyInitializers(ConfigurableApplicationContext context) {
        ManagementAddress.follow(context.getEnvironment());
        Certificates.check(context.getEnvironment());
        super.applyInitializers(context);
    }
}
