package io.masterlatch.autoconfigure;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/**
 * The address that this instance advertises as master: the configured one, or this host's name with the port on which
 * the web server listens, which is known once it does.
 *
 * @param configured the configured address; null when there is none
 * @param environment the environment, which has the port
 * @param anything whether any address will do, since no other instance can ask
 */
record AdvertisedAddress(@Nullable String configured, Environment environment, boolean anything)
        implements Supplier<String> {

    @Override
    public String get() {
        if (configured != null) {
            return configured;
        }
        String port = environment.getProperty("local.server.port");
        if (port == null) {
            if (anything) {
                return "localhost:1";
            }
            throw unknown("there is no web server whose port could be taken");
        }
        try {
            return InetAddress.getLocalHost().getHostName() + ":" + port;
        } catch (UnknownHostException ex) {
            throw unknown("this host's own name is unknown: " + ex.getMessage());
        }
    }

    private static RuntimeException unknown(String why) {
        return new MisconfigurationException(
                "masterlatch.address is not set, and " + why + ".",
                "Set masterlatch.address to the host:port under which others reach this instance.");
    }
}
