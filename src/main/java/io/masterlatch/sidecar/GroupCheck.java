package io.masterlatch.sidecar;

import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.contributor.Status;

/** Checks a health group of this very application: it is healthy when HTTP answers the group's status by 200 to 299. */
public final class GroupCheck implements HealthCheck {

    private final HealthEndpoint endpoint;
    private final String name;
    private final HealthEndpointGroup group;

    /**
     * Makes a check.
     *
     * @param endpoint where to ask
     * @param groups the groups there are
     * @param name the group's name
     * @param own the name of the election's own health component, which must not be in the group: it is down when there is no master, and
     *     then there would never be a candidate
     * @throws IllegalArgumentException when there is no such group, or the election is in it
     */
    public GroupCheck(HealthEndpoint endpoint, HealthEndpointGroups groups, String name, String own) {
        HealthEndpointGroup found = groups.get(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    "It must be the name of a health group, of which there are " + new TreeSet<>(groups.getNames()));
        }
        if (found.isMember(own)) {
            throw new IllegalArgumentException("This health group has the election's own component '" + own
                    + "' in it, which is down when there is no master: then there would never be a candidate");
        }
        this.endpoint = endpoint;
        this.name = name;
        this.group = found;
    }

    @Override
    public Optional<String> ailment() {
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
