/** The ZooKeeper server in this process, for a trial on one machine. */
@NullMarked
package io.masterlatch.embedded;

import org.jspecify.annotations.NullMarked;
