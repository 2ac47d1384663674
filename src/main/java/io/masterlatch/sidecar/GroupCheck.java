package io.masterlatch.sidecar;

import io.masterlatch.autoconfigure.MisconfigurationException;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.contributor.Status;

/** Checks a health group of this application. It is healthy when HTTP answers the group's status by 200 to 299. */
record GroupCheck(HealthEndpoint endpoint, String name, HealthEndpointGroup group) implements HealthCheck {

    // The bean masterHealthIndicator.
    private static final String ELECTION = "master";

    /**
     * Creates a check of a group.
     *
     * @throws MisconfigurationException when there is no such group, or it contains the election's own component
     */
    static GroupCheck of(HealthEndpoint endpoint, HealthEndpointGroups groups, @Nullable String name) {
        HealthEndpointGroup group = groups.get(name);
        if (name == null || group == null) {
            throw unusable(
                    name,
                    "It must be the name of a health group, of which there are " + new TreeSet<>(groups.getNames()));
        }
        if (group.isMember(ELECTION)) {
            throw unusable(
                    name,
                    "This health group has the election's own component '" + ELECTION
                            + "' in it, which is down when there is no master: then there would never be a candidate");
        }
        return new GroupCheck(endpoint, name, group);
    }

    private static MisconfigurationException unusable(@Nullable String name, String why) {
        return new MisconfigurationException(
                HealthGateProperties.GROUP + " is \"" + name + "\". " + why + ".",
                "Define a group of the application's own components, such as"
                        + " management.endpoint.health.group.fit.include=db, and set " + HealthGateProperties.GROUP
                        + "=fit.");
    }

    @Override
    public Optional<String> problem() {
        Status status = Objects.requireNonNull(endpoint.healthForPath(name)).getStatus();
        return HttpCaller.isSuccess(group.getHttpCodeStatusMapper().getStatusCode(status))
                ? Optional.empty()
                : Optional.of("it is " + status.getCode());
    }

    @Override
    public String toString() {
        return "health group " + name;
    }
}
