package io.masterlatch.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** The fixture's own promises, with a service that finds no ZooKeeper. */
class ServiceProcessIT {

    @Test
    void freezesThawsAndTerminates() {
        try (ServiceProcess service = instance().start().awaitUp()) {
            service.freeze();
            assertThatThrownBy(() -> service.get("/master")).isInstanceOf(UncheckedIOException.class);
            service.thaw();
            assertThat(service.get("/master").statusCode()).isGreaterThanOrEqualTo(400);

            service.terminate();

            assertThat(service.exitCode()).isEqualTo(143);
            assertThat(service.log()).contains("MasterLatch");
        }
    }

    @Test
    void startsAgainOnTheSamePortAfterAKill() {
        try (ServiceProcess service = instance().start().awaitUp()) {
            int port = service.port();
            service.kill();
            assertThat(service.exitCode()).isEqualTo(137);

            service.restart().awaitUp();

            assertThat(service.port()).isEqualTo(port);
        }
    }

    @Test
    void movesToAnotherPortWhenItsOwnIsTaken() throws IOException {
        try (ServiceProcess service = instance().start()) {
            int port = service.port();
            try (ServerSocket taken = Loopback.listen(port)) {
                service.awaitUp();

                assertThat(service.port()).isNotEqualTo(taken.getLocalPort());
            }
        }
    }

    private static ServiceBuilder instance() {
        return ServiceProcess.named("service")
                .packed()
                .loopbackAddress()
                .property("masterlatch.zookeeper.connect-string", Loopback.address(Loopback.freePort()));
    }
}
