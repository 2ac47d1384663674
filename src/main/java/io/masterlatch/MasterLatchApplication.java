package io.masterlatch;

import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service. */
@SpringBootApplication
public class MasterLatchApplication {

    /**
     * Starts the service, or runs the command {@code release}.
     *
     * @param args Spring's, such as {@code --server.port=2223}, or {@code release} and its own
     */
    public static void main(String[] args) {
        EarlySettings settings = new EarlySettings(args, System.getProperties(), System.getenv());
        if (args.length > 0 && args[0].equals(ReleaseCommand.NAME)) {
            List<String> own = List.of(args).subList(1, args.length);
            System.exit(new ReleaseCommand(System.out, System.err).run(own, settings));
        }
        // Before all else: if this instance was killed as the master, there is no master until then.
        Optional<String> released = ReleaseCommand.runEarly(settings);
        SpringApplication application = new SpringApplication(MasterLatchApplication.class);
        released.ifPresent(message -> application.addInitializers(
                context -> LoggerFactory.getLogger(MasterLatchApplication.class).info(message)));
        application.run(args);
    }
}
