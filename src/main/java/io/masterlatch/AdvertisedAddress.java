package io.masterlatch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Supplier;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.env.Environment;

/**
 * The address that this instance advertises as master: the configured one, or this host's name with the port on which the web
 * server really listens, which is known only when it does.
 */
class AdvertisedAddress implements Supplier<String> {

    private final MasterProperties master;
    private final Environment environment;

    AdvertisedAddress(MasterProperties master, Environment environment) {
        this.master = master;
        this.environment = environment;
    }

    @Override
    public String get() {
        String configured = master.address();
        if (configured != null) {
            return configured;
        }
        String port = environment.getProperty("local.server.port");
        if (port == null) {
            throw unknown("there is no web server whose port could be taken");
        }
        try {
            return InetAddress.getLocalHost().getHostName() + ":" + port;
        } catch (UnknownHostException ex) {
            throw unknown("this host's own name is unknown: " + ex.getMessage());
        }
    }

    private static RuntimeException unknown(String why) {
        return new FailureAnalyzedException(
                "master.address is not set, and " + why + ".",
                "Set master.address to the host:port under which others reach this instance.");
    }
}
