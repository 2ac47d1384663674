package io.masterlatch.testing;

import io.masterlatch.MasterLatchApplication;
import io.masterlatch.service.ServiceApplication;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.core.io.ResourceLoader;

/** Builds the service in the test's own process, as its main does but for standard output. */
public final class TestedService extends SpringApplicationBuilder {

    /** Creates a builder of the service and what a test adds to it. */
    public TestedService(Class<?>... more) {
        super(Stream.concat(Stream.of(MasterLatchApplication.class), Stream.of(more))
                .toArray(Class<?>[]::new));
    }

    @Override
    protected SpringApplication createSpringApplication(@Nullable ResourceLoader loader, Class<?>... sources) {
        return new ServiceApplication(sources);
    }
}
