package io.masterlatch;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the service. */
@SpringBootApplication
public class MasterLatchApplication {

    public static void main(String[] args) {
        SpringApplication.run(MasterLatchApplication.class, args);
    }
}
