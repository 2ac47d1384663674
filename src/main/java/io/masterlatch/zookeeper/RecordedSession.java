package io.masterlatch.zookeeper;

import io.masterlatch.zookeeper.SessionFile.Outcome;
import io.masterlatch.zookeeper.SessionFile.Release;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the present session in a file, having closed the one that it found there. */
public final class RecordedSession implements SessionKeeper, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SessionFile.class);

    private final SessionFile file;
    private final String servers;
    private final Transport transport;

    private RecordedSession(SessionFile file, String servers, Transport transport) {
        this.file = file;
        this.servers = servers;
        this.transport = transport;
    }

    /**
     * Takes the file for this process, and begins to end the session that a dead process has left in it.
     *
     * @param path the file
     * @param servers the ensemble's servers, {@code host:port} with commas between
     * @param transport how to reach them
     * @return the keeper, to be closed when there will be no session any more
     * @throws SessionFileException when the file cannot be used
     */
    public static RecordedSession open(Path path, String servers, Transport transport) {
        RecordedSession recorded = new RecordedSession(SessionFile.open(path), servers, transport);
        recorded.release();
        return recorded;
    }

    @Override
    public void opened(long session, byte[] password, Duration timeout) {
        file.record(servers, transport.bundle(), session, password, timeout);
        // Connected: what could not be reached before can be now.
        release();
    }

    /** In a thread of its own, since neither the start nor the election has to wait for it. */
    private void release() {
        if (file.hasLeft()) {
            Thread thread = new Thread(() -> tell(file.release(servers, transport)), "masterlatch-release");
            thread.setDaemon(true);
            thread.start();
        }
    }

    @Override
    public void closed(long session) {
        file.forget(session);
    }

    private static void tell(Release release) {
        if (release.outcome() == Outcome.UNREACHABLE || release.outcome() == Outcome.IGNORED) {
            log.warn(release.message());
        } else if (release.outcome() != Outcome.NONE) {
            log.info(release.message());
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
