package io.masterlatch.latch;

import static io.masterlatch.testing.ScriptedNode.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Role;
import io.masterlatch.election.Seat;
import io.masterlatch.testing.ScriptedNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The log that an operator reads, whose lines are a contract: one for each change, two for each outage. */
class JournalTests {

    private static final String SELF = "self.example.com:2223";

    private final Logger logger = (Logger) LoggerFactory.getLogger(MasterLatch.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final ScriptedNode node = new ScriptedNode();
    private final MasterLatch latch = new MasterLatch(node, SELF);

    @BeforeEach
    void listen() {
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        logger.addAppender(lines);
        latch.start();
        node.awaitRole(latch, Role.MASTER);
    }

    @AfterEach
    void closeAndExpectNoStackTrace() {
        latch.close();
        logger.detachAppender(lines);
        assertThat(lines.list).allMatch(line -> line.getThrowableProxy() == null);
    }

    @Test
    void tellsEachChangeOfRoleInOneLineWithRolesMasterEpochAndCause() {
        latch.close();

        assertThat(written())
                .containsExactly(
                        "INFO self.example.com:2223 stands for /scripted",
                        "INFO UNKNOWN -> STANDBY: no master (there is no node)",
                        "INFO STANDBY -> MASTER: master self.example.com:2223, epoch 4294967304"
                                + " (the node was vacant and this instance claimed it)",
                        "INFO MASTER -> UNKNOWN: master unknown (it was closed)");
    }

    @Test
    void tellsAChangeOfTheMasterToo() {
        node.begin(heldBy("a.example.com:1"));
        node.awaitRole(latch, Role.STANDBY);
        forgetLines();

        node.change(heldBy(null, "its data is empty", ScriptedNode.SINCE));
        node.awaitRole(latch, Role.STANDBY);
        await().until(() -> written().size() == 2);

        assertThat(written())
                .containsExactly(
                        "INFO Still STANDBY: master of unreadable address, epoch 4294967303"
                                + " (session 0x77 holds the node)",
                        "WARN Session 0x77 is master and its data is empty");
    }

    @Test
    void tellsAnOutageThatTheMastershipSurvivesInOneWarningAndOneLineAtItsEnd() {
        forgetLines();
        node.cutOff();
        await().until(() -> written().size() == 1);
        node.recover();
        await().until(() -> written().size() == 2);

        assertThat(written().get(0))
                .startsWith("WARN The connection to ZooKeeper is lost; MASTER for another ")
                .endsWith(" s unless it comes back");
        assertThat(written().get(1)).startsWith("INFO All is well again after ");
    }

    @Test
    void tellsALongOutageInOneWarningAndOneLineAtItsEndBesideTheRoles() {
        node.begin(new Seat.Vacant(), Duration.ofSeconds(1));
        node.awaitRole(latch, Role.MASTER);
        forgetLines();
        node.cutOff();
        node.awaitRole(latch, Role.UNKNOWN);
        node.recover();
        await().until(() -> written().stream().anyMatch(line -> line.startsWith("INFO All is well")));

        assertThat(written())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("WARN The connection to ZooKeeper is lost"),
                        line -> assertThat(line)
                                .isEqualTo("INFO MASTER -> UNKNOWN: master unknown"
                                        + " (the lease ran out: the connection was cut)"),
                        line -> assertThat(line).startsWith("INFO UNKNOWN -> MASTER: master " + SELF),
                        line -> assertThat(line).startsWith("INFO All is well again after "));
    }

    @Test
    void doesNotWarnOfTheGhostOfTheSessionUnderWhichItLed() {
        forgetLines();
        node.begin(node.seat());
        node.awaitRole(latch, Role.STANDBY);
        node.awaitLook();
        assertThat(latch.mastership().warning(System.nanoTime())).isPresent();

        node.change(new Seat.Vacant());
        node.awaitRole(latch, Role.MASTER);
        node.awaitLook();

        assertThat(written()).hasSize(4).allMatch(line -> line.startsWith("INFO "));
    }

    @Test
    void warnsOfAnotherMasterUnderTheSameAddressOnce() {
        forgetLines();
        node.begin(heldBy(SELF));
        node.awaitRole(latch, Role.STANDBY);
        node.awaitLook();
        node.awaitLook();

        assertThat(written())
                .filteredOn(line -> line.startsWith("WARN"))
                .singleElement()
                .asString()
                .startsWith("WARN Session 0x77 is master under this instance's own address self.example.com:2223");
    }

    @Test
    void tellsARefusalThatGoesOnOnce() {
        forgetLines();
        node.failClaims(new Failed(Failed.Kind.REFUSED, "no permission to create /master"));
        node.change(new Seat.Vacant());
        await().until(() -> latch.mastership().trouble() != null);
        node.change(new Seat.Vacant());
        node.change(new Seat.Vacant());
        node.change(heldBy("a.example.com:1"));
        node.awaitRole(latch, Role.STANDBY);

        assertThat(written())
                .filteredOn(line -> line.startsWith("WARN"))
                .containsExactly("WARN No permission to create /master");
    }

    private void forgetLines() {
        // The lines of what came before are written before the next thing is asked of the node.
        node.awaitLook();
        lines.list.clear();
    }

    private List<String> written() {
        return lines.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }
}
