package io.masterlatch;

import io.masterlatch.zookeeper.Transport;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;

/** Reads an SSL bundle from the settings, as an instance would find them in this directory and environment, and nothing else. */
@ImportAutoConfiguration(SslAutoConfiguration.class)
class BundleLoader {

    private BundleLoader() {}

    /**
     * Makes a transport with the bundle.
     *
     * @param bundle its name
     * @param args settings as arguments, such as {@code --spring.config.location=...}
     * @return a transport
     * @throws UnusableBundle when the settings cannot be read, or there is no such bundle
     */
    static Transport load(String bundle, String... args) {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(BundleLoader.class)
                .web(WebApplicationType.NONE)
                .logStartupInfo(false)
                .registerShutdownHook(false)
                // Whoever runs a command reads its one message, not a log.
                .run(quiet(args))) {
            return ZooKeeperTls.transport(new ZooKeeperProperties.Ssl(bundle), context.getBean(SslBundles.class));
        } catch (FailureAnalyzedException failed) {
            FailureAnalysis analysis = failed.analysis();
            throw new UnusableBundle(analysis.getDescription() + " " + analysis.getAction(), failed);
        } catch (RuntimeException failed) {
            throw new UnusableBundle("The settings cannot be read: " + Transport.words(failed), failed);
        }
    }

    private static String[] quiet(String... args) {
        String[] all = new String[args.length + 2];
        System.arraycopy(args, 0, all, 0, args.length);
        all[args.length] = "--spring.main.banner-mode=off";
        all[args.length + 1] = "--logging.level.root=off";
        return all;
    }

    /** A bundle that cannot be had, with a message for an operator. */
    static final class UnusableBundle extends RuntimeException {

        private UnusableBundle(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
