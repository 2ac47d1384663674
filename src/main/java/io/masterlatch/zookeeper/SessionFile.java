package io.masterlatch.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file that holds the id and password of a process's ZooKeeper session, so that the session, and with it the mastership, can be
 * ended as soon as the process has died, instead of after the session's timeout.
 *
 * <p><b>Only a session whose process is dead is ever closed.</b> A process has the file open under a lock that the operating system
 * takes back when the last thread of the process is gone, and not before: a process that is frozen has it still. Whoever gets the
 * lock thus knows that nobody lives who could act in the recorded session. That is certain only where the lock itself can be relied
 * on, so a record counts only in the very file and under the very kernel that it was written under: a copy of the file, a file
 * from before the machine's last start and one on a disk that several machines share are all left alone, and the session expires.
 * Use a local file system.
 *
 * <p>A record that was half written when the process died is known by its checksum. Nobody but this user may read the file, or
 * could take over the session while it lives.
 */
public final class SessionFile implements AutoCloseable {

    /** How long {@link #release} takes at the most. */
    public static final Duration PATIENCE = Duration.ofSeconds(3);

    /** What became of the session that the file names. */
    public enum Outcome {
        /** The file names none. */
        NONE,
        /** It is closed now. */
        CLOSED,
        /** It had ended before. */
        GONE,
        /** No server could be reached; it may live until it expires. */
        UNREACHABLE,
        /** The file does not tell, or not about a process that is known to be dead; it may live until it expires. */
        IGNORED
    }

    /**
     * What became of the session that the file names, and that in words.
     *
     * @param outcome what became of it
     * @param message a sentence that names the file
     */
    public record Release(Outcome outcome, String message) {}

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final LockedFile file;
    private final Path path;

    /** What a dead process has left, until it is dealt with. Never what this process records, so that this one's session is safe. */
    private byte[] left;

    private SessionFile(LockedFile file) {
        this.file = file;
        this.path = file.path();
        this.left = file.contents();
    }

    /**
     * Takes the file for this process, and creates it if it is missing.
     *
     * @param path the file
     * @return the file, locked
     * @throws SessionFileException when another process uses it, when it is not a session file, when others could read it, or when
     *     it cannot be used at all
     */
    public static SessionFile open(Path path) {
        return of(LockedFile.open(path.toAbsolutePath()));
    }

    /**
     * Takes the file for this process, if there is one.
     *
     * @param path the file
     * @return the file, locked, or empty if there is none
     * @throws SessionFileException as from {@link #open}
     */
    public static Optional<SessionFile> find(Path path) {
        Path absolute = path.toAbsolutePath();
        return Files.notExists(absolute, LinkOption.NOFOLLOW_LINKS)
                ? Optional.empty()
                : Optional.of(of(LockedFile.take(absolute)));
    }

    private static SessionFile of(LockedFile file) {
        byte[] contents = file.contents();
        byte[] mark = SessionRecord.MARK.getBytes(UTF_8);
        int common = Math.min(contents.length, mark.length);
        boolean begun = Arrays.equals(contents, 0, common, mark, 0, common);
        // A file system that lost its power may leave the length of what was written, and zeros.
        boolean zeros = Arrays.equals(contents, new byte[contents.length]);
        if (!begun && !zeros) {
            file.close();
            throw LockedFile.unusable(
                    file.path(), "it holds something else, which would be overwritten", LockedFile.ANOTHER, null);
        }
        return new SessionFile(file);
    }

    /**
     * Ends the session that a dead process had left in the file when this process took it, and forgets it unless no server answered:
     * then a later call tries again, whatever the file holds by then.
     *
     * @param servers the servers that hold the election now, {@code host:port} with commas between, or null to take the recorded
     *     ones for right; a session in a different ensemble is left alone
     * @param transport how to reach the servers
     * @return what became of it; takes up to {@link #PATIENCE}
     */
    public Release release(@Nullable String servers, Transport transport) {
        byte[] contents = takeLeft();
        if (contents.length == 0) {
            return new Release(Outcome.NONE, "There is no session in " + path);
        }
        SessionRecord record = SessionRecord.parse(contents).orElse(null);
        if (record == null) {
            return ignored("What " + path + " holds cannot be read, since it is damaged or of another version");
        }
        String found = "The " + record + ", found in " + path + ", ";
        if (!record.boot().equals(boot())) {
            return ignored(found + "was recorded before the last start of this machine, or on another machine");
        }
        if (!record.file().equals(file.key())) {
            return ignored(found + "was recorded in another file, of which this is a copy");
        }
        if (servers != null && !record.sharesServerWith(servers)) {
            return ignored(found + "belongs to another ensemble than " + servers);
        }
        LeftSession session = new LeftSession(record, transport, PATIENCE);
        return switch (session.close()) {
            case CLOSED -> {
                forget(record.session());
                yield new Release(Outcome.CLOSED, found + "is closed: its process had died");
            }
            case GONE -> {
                forget(record.session());
                yield new Release(Outcome.GONE, found + "had ended already");
            }
            case UNREACHABLE -> {
                putBack(contents);
                String why = session.problem() == null ? "none of its servers answered" : session.problem();
                yield new Release(
                        Outcome.UNREACHABLE, found + "could not be closed, since " + why + "; it will expire");
            }
        };
    }

    /**
     * Tells by which keys and certificates the session was made that a dead process has left.
     *
     * @return their name; null when the session was made without TLS, or there is none
     */
    public synchronized @Nullable String leftBundle() {
        return SessionRecord.parse(left).map(SessionRecord::bundle).orElse(null);
    }

    /** Tells whether there is a session for {@link #release} to end. */
    synchronized boolean hasLeft() {
        return left.length > 0;
    }

    private synchronized byte[] takeLeft() {
        byte[] contents = left;
        left = new byte[0];
        return contents;
    }

    private synchronized void putBack(byte[] contents) {
        left = contents;
    }

    private static Release ignored(String why) {
        return new Release(Outcome.IGNORED, why + "; it is ignored and will expire");
    }

    /**
     * Records a session in place of whatever the file holds.
     *
     * @param servers the ensemble's servers, {@code host:port} with commas between
     * @param bundle the name of the keys and certificates by which they are reached; null without TLS
     * @param session its id
     * @param password its password
     * @param timeout its timeout
     * @throws UncheckedIOException when the file cannot be written
     */
    public synchronized void record(
            String servers, @Nullable String bundle, long session, byte[] password, Duration timeout) {
        SessionRecord record = SessionRecord.of(servers, bundle, session, password, timeout, boot(), file.key());
        file.write(record.bytes());
    }

    /**
     * Empties the file, if it is this session that it holds.
     *
     * @param session the session's id
     * @throws UncheckedIOException when the file cannot be written
     */
    public synchronized void forget(long session) {
        boolean holdsIt = SessionRecord.parse(file.contents())
                .filter(record -> record.session() == session)
                .isPresent();
        if (holdsIt) {
            file.write(new byte[0]);
        }
    }

    /** Which start of which machine this is; where nobody knows, the machine's name has to do. */
    private static String boot() {
        try {
            String boot = Files.exists(BOOT_ID)
                    ? Files.readString(BOOT_ID)
                    : InetAddress.getLocalHost().getHostName();
            return boot.strip();
        } catch (IOException ex) {
            return "-";
        }
    }

    /** Returns the file's absolute path. */
    @Override
    public String toString() {
        return path.toString();
    }

    /** Unlocks the file for other processes; what it holds stays. */
    @Override
    public void close() {
        file.close();
    }
}
