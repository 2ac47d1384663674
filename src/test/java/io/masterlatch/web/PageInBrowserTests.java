package io.masterlatch.web;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.Browser;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.ScriptedService;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What the page shows in a real browser, whatever is in ZooKeeper. */
@ScriptedService
class PageInBrowserTests {

    private static final String MASTER = "master1.example.com:2223";
    private static final String MARKUP = "<img src=x onerror=\"document.title='run'\"><b>bold</b>";

    private static Browser browser;

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

    @LocalServerPort
    private int port;

    @BeforeAll
    static void open() {
        browser = Browser.open();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void isStandbyOfAnother() {
        node.begin(heldBy(MASTER));
        node.awaitRole(latch, Role.STANDBY);
        line(MASTER, ScriptedService.SELF);
    }

    @Test
    void tellsWhoIsMasterAndWhoFollows() {
        visit().awaitText("#master", MASTER);

        assertThat(browser.text("#label")).isEqualTo("Master");
        assertThat(browser.text("#facts"))
                .contains("epoch 4294967303")
                .containsPattern("since (2026-11-22 )?07:35:00 UTC, for ");
        assertThat(browser.attribute("#facts time", "title")).startsWith("2026-11-22T07:35:00.123Z");
        browser.awaitText("#role", "STANDBY");
        assertThat(browser.text("#self")).isEqualTo(ScriptedService.SELF);
        browser.awaitText("#lease", text -> text.matches("[0-9]+\\.[0-9] s more without ZooKeeper"));
        browser.awaitText("#line li.holder .address", MASTER);
        assertThat(browser.text("#line li.holder .tag")).isEqualTo("master");
        assertThat(browser.text("#line li:nth-child(2)"))
                .contains(ScriptedService.SELF)
                .contains("next")
                .contains("this instance");
        browser.awaitText("#history li:first-child .event", MASTER + " became master, epoch 4294967303");
        browser.awaitText("#link", "live");
        assertThat(browser.title()).isEqualTo("STANDBY · /master · " + ScriptedService.SELF);
        assertThat(browser.attribute("#icon", "href")).isEqualTo("page/standby.svg");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void showsMarkupFromZooKeeperAsText() {
        visit().awaitText("#master", MASTER);
        line(MARKUP, MARKUP);
        node.change(FakeMasterStore.stranger(MARKUP));

        browser.awaitText("#master", MARKUP);
        browser.awaitText("#line li:nth-child(2) .address", MARKUP);
        browser.awaitText("#history .event", text -> text.contains(MARKUP));
        assertThat(browser.run("return document.querySelectorAll('img, #master b, #line b, #history b').length"))
                .isEqualTo(0L);
        assertThat(browser.title()).isEqualTo("STANDBY · /master · " + ScriptedService.SELF);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void saysWhyThereIsNoMaster() {
        visit().awaitText("#master", MASTER);
        node.change(FakeMasterStore.blocked());

        browser.awaitText("#master", "No master");
        assertThat(browser.text("#detail"))
                .isEqualTo(
                        "There is no master now: the master's node is persistent: no instance can become master until an operator deletes it");
        browser.awaitText(
                "#last",
                text -> text.matches("The last master that it saw: " + MASTER
                        + ", epoch 4294967303, until [-0-9]* ?[:0-9]+ UTC, [0-9]+ s ago"));
        assertThat(browser.title()).isEqualTo("NO MASTER · /master · " + ScriptedService.SELF);
        browser.awaitText("#history .event", "There was no master");
    }

    @Test
    void saysThatItCannotTell() {
        visit().awaitText("#master", MASTER);
        node.change(FakeMasterStore.stranger(new byte[0], FakeMasterStore.SINCE));

        browser.awaitText("#master", "Cannot tell");
        assertThat(browser.text("#detail")).contains("without an address: its data is empty");
        assertThat(browser.text("#role")).isEqualTo("STANDBY");

        node.refuse("authentication failed");

        browser.awaitText("#role", "CANNOT TELL");
        browser.awaitText("#lease", "not now");
        browser.awaitText("#line-note", text -> text.startsWith("ZooKeeper cannot be asked"));
        browser.awaitText("#history li:first-child .event", "Could not tell any more");
        assertThat(browser.title()).isEqualTo("CANNOT TELL · /master · " + ScriptedService.SELF);
        assertThat(browser.attribute("#icon", "href")).isEqualTo("page/unknown.svg");
    }

    @Test
    void saysThatThisInstanceIsMaster() {
        node.begin(FakeMasterStore.vacant());
        node.awaitRole(latch, Role.MASTER);

        visit().awaitText("#role", "MASTER");
        assertThat(browser.text("#master")).isEqualTo(ScriptedService.SELF);
        assertThat(browser.text("#facts")).endsWith("this instance");
        browser.awaitText("#lease", text -> text.matches("[0-9]+\\.[0-9] s left, kept renewed"));
        browser.awaitText("#line-note", "The master is not in this queue.");
        assertThat(browser.title()).isEqualTo("MASTER · /master · " + ScriptedService.SELF);
        assertThat(browser.attribute("#icon", "href")).isEqualTo("page/master.svg");
    }

    @Test
    void warnsOfALeaseThatIsNotRenewed() {
        node.begin(heldBy(MASTER), Duration.ofSeconds(10));
        node.awaitRole(latch, Role.STANDBY);
        // A standby can tell for one lease, 5 s here and 60 s before; what is left of it depends on when it is shown.
        visit().awaitText("#lease", text -> text.matches("[0-5]\\.[0-9] s more.*"));

        node.fallSilent();

        browser.awaitText("#lease", text -> text.endsWith(" s, running out: not renewed"));
        browser.awaitText("#master", "Cannot tell");
    }

    @Test
    void reckonsNoAgeFromAClockThatIsAhead() {
        node.change(heldBy(MASTER, Instant.now().plusSeconds(3600)));
        node.awaitRole(latch, Role.STANDBY);

        visit().awaitText(
                        "#facts",
                        text -> text.matches("(?s).*, by a clock that is [0-9]+ min ahead of this instance's"));
    }

    @Test
    void reckonsAgesByTheClockOfTheInstance() {
        node.change(heldBy(MASTER, Instant.now().minusSeconds(600)));
        node.awaitRole(latch, Role.STANDBY);
        visit().awaitText("#facts", text -> text.endsWith(", for 10 min"));
        assertThat(browser.text("#clock")).isEmpty();

        browser.run("const clock = Date.now; Date.now = () => clock() + 3600000");

        browser.awaitText(
                "#clock",
                text -> text.matches(
                        "The clock of this device is (59 min|1 h 0 min) ahead of the instance's\\. Times here are reckoned by the instance's\\."));
        browser.awaitText("#facts", text -> text.endsWith(", for 10 min"));
    }

    @Test
    void showsTheLatestOfALongHistoryUntilItIsAskedForAll() {
        for (int number = 1; number <= 20; number++) {
            node.change(heldBy("master" + number + ":1"));
            node.awaitRole(latch, Role.STANDBY);
        }

        visit().awaitText("#more", text -> text.matches("Show all [0-9]+"));
        assertThat(browser.text("#history li:first-child .event")).startsWith("The master's address became master20:1");
        assertThat(browser.run("return document.querySelectorAll('#history li').length"))
                .isEqualTo(12L);
        String all = browser.text("#more").replace("Show all ", "");

        browser.run("document.getElementById('more').click()");

        assertThat(browser.run("return document.querySelectorAll('#history li').length"))
                .isEqualTo(Long.valueOf(all));
        assertThat(browser.text("#more")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"360, light", "320, dark", "1200, light", "1200, dark"})
    void isReadableWhateverIsShown(int width, String scheme) {
        String endless = "m".repeat(500) + ":1";
        browser.width(width).scheme(scheme);
        visit().awaitText("#master", MASTER);
        browser.awaitText("#line li:last-child", text -> text.contains(ScriptedService.SELF));
        assertReadable();

        node.change(heldBy(endless));
        line(endless, endless);
        browser.awaitText("#master", endless);
        browser.awaitText("#line li:last-child .address", endless);
        assertReadable();

        node.change(FakeMasterStore.vacant());
        node.awaitRole(latch, Role.MASTER);
        browser.awaitText("#role", "MASTER");
        assertReadable();

        node.refuse("authentication failed");
        browser.awaitText("#role", "CANNOT TELL");
        assertReadable();
    }

    private void assertReadable() {
        assertThat(browser.overhang()).isZero();
        assertThat(browser.faintTexts()).isEmpty();
    }

    private Browser visit() {
        return browser.visit(URI.create("http://127.0.0.1:" + port + "/"));
    }

    /** The first of them holds the lease. */
    private void line(String first, String second) {
        node.candidates(List.of(
                FakeMasterStore.candidate(FakeMasterStore.FOREIGN_ID, first),
                FakeMasterStore.candidate("0000000000000078", second)));
    }
}
