package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.Browser;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZooKeeperProcess;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the page of an instance shows while things happen, with the built jar in a real browser. */
class PageIT {

    private static final Duration SESSION = Duration.ofSeconds(4);

    private final ZooKeeperProcess zooKeeper = new ZooKeeperProcess("page").tickTime(Duration.ofSeconds(1));
    private Browser browser;
    private Replicas replicas;
    private ServiceProcess master;
    private ServiceProcess standby;

    @BeforeEach
    void start() {
        browser = Browser.open();
        zooKeeper.start().awaitServing();
        // The second instance admits nobody to its event stream.
        replicas = Replicas.start(Stream.of(
                Replicas.instance("streaming", zooKeeper.connectString(), SESSION),
                Replicas.instance("refusing", zooKeeper.connectString(), SESSION)
                        .property("masterlatch.subscribers.limit", 0)));
    }

    @AfterEach
    void close() {
        if (replicas != null) {
            replicas.close();
        }
        zooKeeper.close();
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void followsAHandOverByTheStream() {
        lookAt("streaming", "STANDBY");
        browser.awaitText("#link", "live");
        assertThat(browser.text("#notice")).isEmpty();
        assertThat(browser.text("#version")).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");

        followsAHandOver();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void followsAHandOverByAskingWhenStreamsAreRefused() {
        lookAt("refusing", "STANDBY");
        browser.awaitText("#link", "asking every few seconds");
        browser.awaitText(
                "#notice",
                "No event stream, so this page asks every few seconds."
                        + " As many clients wait for changes as this instance allows: 0.");

        followsAHandOver();
    }

    @Test
    void saysThatItsInstanceCannotTellWhileZooKeeperIsAway() {
        lookAt("streaming", "MASTER");
        browser.awaitText("#lease", text -> text.matches("[0-9]\\.[0-9] s left, kept renewed"));

        zooKeeper.stop();
        browser.awaitText("#master", "Cannot tell");
        browser.awaitText("#role", "CANNOT TELL");
        assertThat(browser.text("#detail")).contains("no connection to ZooKeeper");
        browser.awaitText(
                "#last",
                text -> text.matches("The last master that it saw: " + address(master)
                        + ", epoch [0-9]+, until [:0-9]+ UTC, [0-9]+ s ago"));
        browser.awaitText("#line-note", text -> text.startsWith("ZooKeeper cannot be asked"));
        // It is the instance that cannot tell, not the page.
        assertThat(browser.text("#link")).isEqualTo("live");
        assertThat(browser.text("#lost")).isEmpty();
        assertReadable("cannot-tell");

        zooKeeper.start().awaitServing();
        browser.awaitText("#label", "Master");
        replicas.awaitMaster();
        browser.awaitText("#role", text -> List.of("MASTER", "STANDBY").contains(text));
    }

    @Test
    void saysThatItLostAFrozenInstanceAndFindsItAgain() {
        lookAt("streaming", "MASTER");
        browser.awaitText("#link", "live");

        master.freeze();
        lost(master, "MASTER");
        standby.awaitRole("MASTER");

        master.thaw();
        browser.awaitText("#link", "live");
        browser.awaitText("#master", address(standby));
        browser.awaitText("#role", "STANDBY");
        assertThat(browser.text("#lost")).isEmpty();
        assertThat(browser.title()).isEqualTo("STANDBY · " + address(master));
    }

    @Test
    void saysThatItLostAKilledInstanceAndFindsItAgain() {
        lookAt("streaming", "STANDBY");
        browser.awaitText("#link", "live");

        standby.kill();
        lost(standby, "STANDBY");
        assertThat(browser.text("#master")).isEqualTo(address(master));

        standby.restart().awaitUp();
        browser.awaitText("#link", "live");
        browser.awaitText("#role", "STANDBY");
        assertThat(browser.text("#lost")).isEmpty();
    }

    private void followsAHandOver() {
        browser.awaitText("#master", address(master));
        browser.awaitText("#role", "STANDBY");
        browser.awaitText("#line .holder .address", address(master));
        long epoch = standby.epoch();
        assertThat(browser.text("#facts")).contains("epoch " + epoch);
        assertThat(browser.title()).isEqualTo("STANDBY · " + address(standby));
        assertReadable("standby");

        master.kill();
        standby.awaitRole("MASTER");
        assertThat(standby.epoch()).isGreaterThan(epoch);

        browser.awaitText("#master", address(standby));
        browser.awaitText("#role", "MASTER");
        assertThat(browser.text("#label")).isEqualTo("Master");
        assertThat(browser.text("#facts")).contains("epoch " + standby.epoch()).endsWith("this instance");
        assertThat(browser.title()).isEqualTo("MASTER · " + address(standby));
        assertThat(browser.attribute("#icon", "href")).isEqualTo("page/master.svg");
        assertThat(browser.text("#announcement"))
                .isEqualTo(address(standby) + " is master, epoch " + standby.epoch() + ". This instance is MASTER.");
        browser.awaitText("#history li:first-child .event", "This instance became master, epoch " + standby.epoch());
        browser.awaitText("#line .holder .address", address(standby));
        browser.awaitText("#lease", text -> text.matches("[0-9]\\.[0-9] s left, kept renewed"));
        assertReadable("master");
    }

    private void lost(ServiceProcess instance, String role) {
        browser.awaitText(
                "#lost",
                text -> text.matches("Stream lost: no contact with this instance for [0-9]+ s\\. What follows is from"
                        + " [:0-9]+ UTC and may be old\\. Trying again …"));
        assertThat(browser.text("#label")).isEqualTo("Last known master");
        assertThat(browser.text("#role")).isEqualTo("was " + role);
        assertThat(browser.text("#lease")).isEqualTo("not known");
        assertThat(browser.text("#link")).isEqualTo("no contact");
        assertThat(browser.title()).isEqualTo("NO CONTACT · " + address(instance));
        assertThat(browser.attribute("#icon", "href")).isEqualTo("page/lost.svg");
        assertReadable("lost");
    }

    /** On a phone by night and by day, and on a desktop; and keeps a picture of each. */
    private void assertReadable(String name) {
        for (int width : List.of(360, 1200)) {
            for (String scheme : List.of("dark", "light")) {
                browser.width(width).scheme(scheme);
                browser.screenshot(name + "-" + width + "-" + scheme);
                assertThat(browser.overhang()).isZero();
                assertThat(browser.faintTexts()).isEmpty();
            }
        }
    }

    /** Opens the page of the instance of this name, which gets this role first. */
    private void lookAt(String name, String role) {
        ServiceProcess looked = replicas.instances().stream()
                .filter(instance -> instance.name().equals(name))
                .findFirst()
                .orElseThrow();
        master = replicas.awaitMaster();
        if (master.name().equals(name) != role.equals("MASTER")) {
            master.terminate();
            master.exitCode();
            master = replicas.restore();
        }
        standby = replicas.others(master).get(0);
        browser.visit(looked.uri("/"));
    }

    private static String address(ServiceProcess instance) {
        return "127.0.0.1:" + instance.port();
    }
}
