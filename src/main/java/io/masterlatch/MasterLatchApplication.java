package io.masterlatch;

import io.masterlatch.service.ConsoleOutput;
import io.masterlatch.service.ServiceApplication;
import io.masterlatch.service.ServiceConfiguration;
import io.masterlatch.web.ServiceWebConfiguration;
import org.springframework.boot.SpringApplication.AbandonedRunException;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The service. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ServiceConfiguration.class, ServiceWebConfiguration.class})
public class MasterLatchApplication {

    /**
     * Starts the service. If that fails, the exit code says whether a restart may help.
     *
     * @param args Spring's, such as {@code --server.port=2223}
     */
    public static void main(String[] args) {
        ConsoleOutput.install();
        try {
            new ServiceApplication(MasterLatchApplication.class).run(args);
        } catch (AbandonedRunException ex) {
            throw ex;
        } catch (RuntimeException ex) {
            // The reason is in the log.
            System.exit(ServiceApplication.exitCode(ex));
        }
    }
}
