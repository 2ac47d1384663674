package io.masterlatch.autoconfigure;

import java.time.Duration;
import java.util.Locale;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;

/** A fixed answer in place of an election, for tests and development without ZooKeeper. */
enum Mode {
    /** This instance is the master, under the epoch 0. */
    ALWAYS,
    /** This instance observes, and there is no master. */
    NEVER;

    /** A lease that outlasts a stop in a debugger. */
    static final Duration LEASE = Duration.ofSeconds(60);

    /**
     * Checks that no setting and no bean names a ZooKeeper.
     *
     * @throws MisconfigurationException when one does
     */
    void requireNoZooKeeper(ZooKeeperProperties properties, ListableBeanFactory beans) {
        String named = properties.servers() != null
                ? "masterlatch.zookeeper.connect-string"
                : beans.getBeanNamesForType(EmbeddedServer.class, true, false).length > 0
                        ? "masterlatch.zookeeper.embedded.enabled"
                        : client(beans);
        if (named != null) {
            throw new MisconfigurationException(
                    words() + ", which excludes an election, and there is " + named + ".",
                    "Remove masterlatch.mode, which is for tests and development without ZooKeeper, or " + named + ".");
        }
    }

    private static @Nullable String client(ListableBeanFactory beans) {
        String[] names =
                BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, CuratorFramework.class, true, false);
        return names.length == 0 ? null : "the CuratorFramework bean " + names[0];
    }

    /** Returns the setting, for messages. */
    String words() {
        return "masterlatch.mode is " + name().toLowerCase(Locale.ROOT);
    }
}
