package io.masterlatch.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Event;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.mock.env.MockEnvironment;

/** Whether others can reach what an instance advertises is warned of where the ensemble is on other machines. */
class AddressCheckTests {

    private static final String ENSEMBLE = "zk1.example.com:2181,zk2.example.com:2181";

    private final MockEnvironment environment = new MockEnvironment().withProperty("local.server.port", "8080");

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost:8080", "LocalHost.:80", "a.localhost:80", "127.0.0.1:8080", "127.1.2.3:1", "[::1]:80"
            })
    void anAddressThatOnlyThisMachineReachesIsAWarning(String address) {
        assertThat(warning(ENSEMBLE, address))
                .isEqualTo(
                        "the advertised address " + address
                                + " is one that only this machine reaches: set masterlatch.address to host:port as others reach it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "localhost"})
    void aListenerThatOnlyThisMachineReachesIsAWarning(String listener) {
        environment.setProperty("server.address", listener);

        assertThat(warning(ENSEMBLE, "app1.example.com:8080"))
                .isEqualTo(
                        "the advertised address app1.example.com:8080 is not reached from other machines, since the web"
                                + " server listens on " + listener
                                + " only: set server.address, for example to 0.0.0.0");
        assertThat(warning(ENSEMBLE, "app1.example.com:9000"))
                .as("the address of an application next to it")
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:2181,localhost:8080",
        "'localhost:2181,[::1]:2182',127.0.0.1:8080",
        "zk1.example.com:2181,app1.example.com:8080",
        "zk1.example.com:2181,127a.example.com:8080",
        "zk1.example.com:2181,localhost.example.com:8080"
    })
    void aTrialOnOneMachineAndAnAddressOfTheNetworkAreNoWarning(String hosts, String address) {
        environment.setProperty("server.address", hosts.startsWith("zk") ? "0.0.0.0" : "127.0.0.1");

        assertThat(warning(hosts, address)).isNull();
    }

    @Test
    void theLatchOfTheSettingsWarns() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(SslAutoConfiguration.class, MasterLatchAutoConfiguration.class))
                .withPropertyValues(
                        "masterlatch.zookeeper.connect-string=zk.invalid:2181", "masterlatch.address=localhost:8080")
                .run(context -> {
                    MasterLatch latch = context.getBean(MasterLatch.class);
                    await().untilAsserted(() -> assertThat(latch.mastership().warning())
                            .hasValueSatisfying(warning -> assertThat(warning)
                                    .contains("localhost:8080 is one that only this machine reaches")));
                });
    }

    private String warning(String hosts, String address) {
        List<Event> events = new ArrayList<>();
        new AddressCheck(new FakeMasterStore(), hosts, new AdvertisedAddress(address, environment, false), environment)
                .open(events::add);
        return events.stream()
                .filter(Event.StoreWarning.class::isInstance)
                .map(Event.StoreWarning.class::cast)
                .filter(event -> event.about().equals("address"))
                .findFirst()
                .orElseThrow()
                .what();
    }
}
