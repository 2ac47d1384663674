package io.masterlatch.autoconfigure;

import org.apache.zookeeper.common.PathUtils;

/** Rules for the path of the master's node. */
final class ZnodePath {

    private ZnodePath() {}

    static void check(String name, String path) {
        if (!isPath(path)
                || path.equals("/")
                || path.equals("/zookeeper")
                || path.startsWith("/zookeeper/")
                || path.endsWith("-candidates")
                || path.endsWith("-lease")) {
            throw new InvalidSettingException(
                    name,
                    path,
                    "must be the absolute path of a znode, such as /master or /app/master: names after a / each,"
                            + " no / at the end, no empty name, no . or .. as a name, no control character, not / itself,"
                            + " not in /zookeeper, and not ending with -candidates or -lease");
        }
    }

    static boolean isPath(String value) {
        try {
            PathUtils.validatePath(value);
            return true;
        } catch (IllegalArgumentException ex) {
            return false;
        }
    }
}
