package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Role;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.auth.AuthenticationProvider;
import org.apache.zookeeper.server.auth.ProviderRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A ZooKeeper that does not know this instance. */
class AuthenticationTests {

    private static final String PROPERTY = ProviderRegistry.AUTHPROVIDER_PROPERTY_PREFIX + "badge";

    @RegisterExtension
    final Stage stage = new Stage();

    @AfterEach
    void forgetBadges() {
        System.clearProperty(PROPERTY);
        ProviderRegistry.removeProvider("badge");
    }

    @Test
    void isToldInWordsAndTriedAgainUntilItSucceeds() {
        Candidate candidate = stage.candidate(
                        "a", Stage.LONG, Stage.PATH, true, clients -> clients.authorization("badge", new byte[] {1}))
                .start();
        candidate.awaitProblem("ZooKeeper refuses this instance: authentication failed");
        candidate.awaitRole(Role.UNKNOWN);
        assertThat(candidate.leads()).isFalse();

        System.setProperty(PROPERTY, Badge.class.getName());
        ProviderRegistry.addOrUpdateProvider(PROPERTY);

        candidate.awaitLeading();
        assertThat(candidate.problem()).isEmpty();
        assertThat(candidate.latch().mastership().session()).isNotNull();
    }

    @Test
    void canBeClosedMeanwhile() {
        Candidate candidate = stage.candidate(
                        "a", Stage.LONG, Stage.PATH, true, clients -> clients.authorization("badge", new byte[] {1}))
                .start();
        candidate.awaitProblem("authentication failed");

        candidate.latch().close();

        assertThat(candidate.problem()).isEqualTo("the election is not started");
    }

    /** Lets everybody in. */
    public static final class Badge implements AuthenticationProvider {

        @Override
        public String getScheme() {
            return "badge";
        }

        @Override
        public Code handleAuthentication(ServerCnxn connection, byte[] data) {
            return Code.OK;
        }

        @Override
        public boolean matches(String id, String acl) {
            return false;
        }

        @Override
        public boolean isAuthenticated() {
            return true;
        }

        @Override
        public boolean isValid(String id) {
            return false;
        }
    }
}
