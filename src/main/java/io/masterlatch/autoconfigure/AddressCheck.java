package io.masterlatch.autoconfigure;

import io.masterlatch.election.Event;
import io.masterlatch.election.MasterStore;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** A store that also warns of an advertised address that only this machine reaches, while the ensemble is on others. */
final class AddressCheck extends DelegatingMasterStore {

    private final String hosts;
    private final AdvertisedAddress address;
    private final Environment environment;

    /**
     * Creates a store that checks the address when it is opened, as only then the port is known.
     *
     * @param store the store that does the work
     * @param hosts the ensemble's servers, without a chroot
     * @param address the address that is advertised
     * @param environment knows where the web server listens
     */
    AddressCheck(MasterStore store, String hosts, AdvertisedAddress address, Environment environment) {
        super(store);
        this.hosts = hosts;
        this.address = address;
        this.environment = environment;
    }

    @Override
    public void open(Consumer<Event> events) {
        super.open(events);
        events.accept(new Event.StoreWarning("address", warning()));
    }

    private @Nullable String warning() {
        HostAndPort advertised = HostAndPort.of(address.get());
        if (advertised == null || Stream.of(hosts.split(",")).allMatch(AddressCheck::isLocal)) {
            return null;
        }
        if (advertised.isLoopback()) {
            return "the advertised address " + address.get() + " is one that only this machine reaches:"
                    + " set masterlatch.address to host:port as others reach it";
        }
        String listener = environment.getProperty("server.address");
        String port = environment.getProperty("local.server.port");
        // With another port it is the address of another program, which may well listen elsewhere.
        boolean own = port != null && Objects.equals(advertised.port(), Integer.valueOf(port));
        return own && listener != null && isLocal(listener)
                ? "the advertised address " + address.get()
                        + " is not reached from other machines, since the web server listens on " + listener
                        + " only: set server.address, for example to 0.0.0.0"
                : null;
    }

    private static boolean isLocal(String text) {
        HostAndPort server = HostAndPort.of(text.equals("::1") ? "[::1]" : text);
        return server != null && server.isLoopback();
    }
}
