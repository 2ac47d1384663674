package io.masterlatch;

import io.masterlatch.service.ConsoleOutput;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/** The service. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class MasterLatchApplication {

    /**
     * Starts the service.
     *
     * @param args Spring's, such as {@code --server.port=2223}
     */
    public static void main(String[] args) {
        ConsoleOutput.install();
        SpringApplication.run(MasterLatchApplication.class, args);
    }
}
