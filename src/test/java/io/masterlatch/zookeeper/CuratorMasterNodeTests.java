package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.apache.curator.framework.CuratorFrameworkFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node cannot be made of. */
class CuratorMasterNodeTests {

    private final CuratorFrameworkFactory.Builder clients = CuratorFrameworkFactory.builder();

    @ParameterizedTest
    @ValueSource(strings = {"", "master", "/master/", "//master", "/./master"})
    void isNoPath(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> new CuratorMasterNode(clients, path));
    }

    @Test
    void isANamespace() {
        clients.namespace("app");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CuratorMasterNode(clients, "/master"))
                .withMessageContaining("'app'; put it into 'path'");
    }

    @Test
    void isNothing() {
        assertThatNullPointerException().isThrownBy(() -> new CuratorMasterNode(null, "/master"));
        assertThatNullPointerException().isThrownBy(() -> new CuratorMasterNode(clients, null));
    }
}
