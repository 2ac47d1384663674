package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.Browser;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZooKeeperProcess;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the page of an instance shows while things happen, with the built jar in a real browser. */
class PageIT {

    private static final Duration SESSION = Duration.ofSeconds(4);

    private static final ZooKeeperProcess ZOOKEEPER = new ZooKeeperProcess("page").tickTime(Duration.ofSeconds(1));
    private static Browser browser;
    private static Replicas replicas;

    private ServiceProcess master;
    private ServiceProcess standby;

    @BeforeAll
    static void start() {
        browser = Browser.open();
        ZOOKEEPER.start().awaitServing();
        // The second instance has no place for an event stream.
        replicas = Replicas.start(Stream.of(
                Replicas.instance("streaming", ZOOKEEPER.connectString(), SESSION),
                Replicas.instance("refusing", ZOOKEEPER.connectString(), SESSION)
                        .property("masterlatch.subscribers.limit", 0)));
    }

    @AfterAll
    static void close() {
        if (replicas != null) {
            replicas.close();
        }
        ZOOKEEPER.close();
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void followsAHandOverByTheStream() {
        lookAt("streaming", "STANDBY");
        browser.awaitText("#connection", "live");
        assertThat(browser.text("#notice")).isEmpty();
        assertThat(browser.text("#version")).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");

        followsAHandOver();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void followsAHandOverByPollingWhenStreamsAreRefused() {
        lookAt("refusing", "STANDBY");
        browser.awaitText("#connection", "polling every few seconds");
        browser.awaitText(
                "#notice",
                "No event stream; this page polls every few seconds."
                        + " Reason: As many clients wait for changes as this instance allows: 0.");

        followsAHandOver();
    }

    @Test
    void showsThatTheMasterIsUnknownWhileZooKeeperIsAway() {
        lookAt("streaming", "MASTER");
        browser.awaitText("#lease", text -> text.matches("[0-9]\\.[0-9] s left, renewed in time"));

        ZOOKEEPER.stop();
        browser.awaitText("#master", "Unknown");
        browser.awaitText("#role", "UNKNOWN");
        assertThat(browser.text("#detail")).contains("no connection to ZooKeeper");
        browser.awaitText(
                "#last",
                text -> text.matches(
                        "Last known master: " + address(master) + ", epoch [0-9]+, until [:0-9]+ UTC.*, [0-9]+ s ago"));
        browser.awaitText("#queue-note", text -> text.startsWith("ZooKeeper cannot be asked"));
        // The instance has lost ZooKeeper; the page has not lost the instance.
        assertThat(browser.text("#connection")).isEqualTo("live");
        assertThat(browser.text("#lost")).isEmpty();

        ZOOKEEPER.start().awaitServing();
        browser.awaitText("#master", text -> text.matches("127\\.0\\.0\\.1:[0-9]+"));
        browser.awaitText("#role", text -> List.of("MASTER", "STANDBY").contains(text));
    }

    @Test
    void losesAFrozenInstanceAndFindsItAgain() {
        lookAt("streaming", "MASTER");
        browser.awaitText("#connection", "live");

        master.freeze();
        lost(master, "MASTER");
        standby.awaitRole("MASTER");

        master.thaw();
        browser.awaitText("#connection", "live");
        browser.awaitText("#master", address(standby));
        browser.awaitText("#role", "STANDBY");
        assertThat(browser.text("#lost")).isEmpty();
        assertThat(browser.title()).startsWith("STANDBY · ").endsWith(address(master));
    }

    @Test
    void losesAKilledInstanceAndFindsItAgain() {
        lookAt("streaming", "STANDBY");
        browser.awaitText("#connection", "live");

        standby.kill();
        lost(standby, "STANDBY");
        assertThat(browser.text("#master")).isEqualTo(address(master));

        standby.restart().awaitUp();
        // The page polls at once when the browser finds the network again, and does not wait for its next retry.
        browser.run("dispatchEvent(new Event('online'))");
        browser.awaitText("#connection", "live");
        browser.awaitText("#role", "STANDBY");
        assertThat(browser.text("#lost")).isEmpty();
    }

    private void followsAHandOver() {
        browser.awaitText("#master", address(master));
        browser.awaitText("#role", "STANDBY");
        browser.awaitText("#queue .master .address", address(master));
        long epoch = standby.epoch();
        assertThat(browser.text("#facts")).contains("epoch " + epoch);
        assertThat(browser.title()).startsWith("STANDBY · ").endsWith(address(standby));

        master.kill();
        standby.awaitRole("MASTER");
        assertThat(standby.epoch()).isGreaterThan(epoch);

        browser.awaitText("#master", address(standby));
        browser.awaitText("#role", "MASTER");
        assertThat(browser.text("#label")).isEqualTo("Master");
        assertThat(browser.text("#facts")).contains("epoch " + standby.epoch()).endsWith("this instance");
        assertThat(browser.title()).startsWith("MASTER · ").endsWith(address(standby));
        assertThat(browser.attribute("#icon", "href")).isEqualTo("page/master.svg");
        assertThat(browser.text("#announcement"))
                .isEqualTo(address(standby) + " is master, epoch " + standby.epoch() + ". This instance is MASTER.");
        browser.awaitText("#history li:first-child .event", "This instance became master, epoch " + standby.epoch());
        browser.awaitText("#queue .master .address", address(standby));
        browser.awaitText("#lease", text -> text.matches("[0-9]\\.[0-9] s left, renewed in time"));
    }

    private void lost(ServiceProcess instance, String role) {
        browser.awaitText(
                "#lost",
                text -> text.matches(
                        "No contact with this instance for [0-9]+ s\\. The data below is from [:0-9]+ UTC.*"
                                + " and may be out of date\\. Retrying …"));
        assertThat(browser.text("#label")).isEqualTo("Last known master");
        assertThat(browser.text("#role")).isEqualTo("was " + role);
        assertThat(browser.text("#lease")).isEqualTo("unknown");
        assertThat(browser.text("#connection")).isEqualTo("no contact");
        assertThat(browser.title()).startsWith("NO CONTACT · ").endsWith(address(instance));
        assertThat(browser.attribute("#icon", "href")).isEqualTo("page/lost.svg");
    }

    /** Opens the page of the instance of this name, which gets this role first. */
    private void lookAt(String name, String role) {
        master = replicas.restore();
        if (master.name().equals(name) != role.equals("MASTER")) {
            master.terminate();
            master.exitCode();
            master = replicas.restore();
        }
        standby = replicas.others(master).get(0);
        browser.visit(replicas.named(name).uri("/"));
    }

    private static String address(ServiceProcess instance) {
        return "127.0.0.1:" + instance.port();
    }
}
