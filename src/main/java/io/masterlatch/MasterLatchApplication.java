package io.masterlatch;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service. */
@SpringBootApplication
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
