package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that is restarted while latches are connected to it. */
class ServerRestartTests {

    /** A lease outlasts two attempts to connect, of which the first may come too early: each after up to two seconds. */
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @RegisterExtension
    final Stage stage = new Stage(TIMEOUT.dividedBy(20));

    @Test
    void changesNothingIfItIsShorterThanTheLease() {
        Candidate master = stage.candidate("a", TIMEOUT).start().awaitLeading();
        Candidate standby = stage.candidate("b", TIMEOUT).start().awaitStandbyOf(master);
        long epoch = master.epoch();

        stage.server().stop();
        stage.server().start();

        ReconnectedLease.await(master);
        ReconnectedLease.await(standby);
        assertThat(master.leads()).isTrue();
        assertThat(master.epoch()).isEqualTo(epoch);
        master.awaitCalls("isLeader");
        assertThat(standby.changes()).hasSize(1);
    }
}
