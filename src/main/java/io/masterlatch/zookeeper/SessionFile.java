package io.masterlatch.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
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
 * <p>Nothing is written through to the disk, since a record does not outlive the kernel. A record that was half written when the
 * process died is known by its checksum.
 *
 * <p>Nobody but this user may read the file, or could take over the session while it lives. Symbolic links are not followed.
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

    private static final String ANOTHER =
            "Delete it if it is of no use, or name another one: a file, existing or not, in a"
                    + " directory of a local file system that this user may write.";

    private static final int LONGEST = 64 * 1024;

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private static final Set<PosixFilePermission> OTHERS = Collections.unmodifiableSet(
            EnumSet.complementOf(EnumSet.copyOf(PosixFilePermissions.fromString("rwx------"))));

    /**
     * The files that this process has locked: such locks are between processes only, and to close a locked file unlocks it, even
     * if it was opened a second time.
     */
    private static final Set<Object> LOCKED_HERE = new HashSet<>();

    private final Path path;
    private final Object key;
    private final FileChannel channel;
    private byte[] written;

    /** What a dead process has left, until it is dealt with. Never what this process records, so that this one's session is safe. */
    private byte[] left;

    private SessionFile(Path path, Object key, FileChannel channel, byte[] contents) {
        this.path = path;
        this.key = key;
        this.channel = channel;
        this.written = contents;
        this.left = contents;
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
        Path absolute = path.toAbsolutePath();
        try {
            create(absolute);
        } catch (IOException ex) {
            throw unusable(absolute, "it cannot be created: " + reason(ex), ANOTHER, ex);
        }
        return take(absolute);
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
        return Files.notExists(absolute, LinkOption.NOFOLLOW_LINKS) ? Optional.empty() : Optional.of(take(absolute));
    }

    private static void create(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path parent = path.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            Files.createDirectories(parent, onlyForOwner(parent, "rwx------"));
        }
        try {
            Files.createFile(path, onlyForOwner(path, "rw-------"));
        } catch (FileAlreadyExistsException ex) {
            // another process was faster; take() tells which of the two has it
        }
    }

    private static FileAttribute<?>[] onlyForOwner(Path path, String permissions) {
        return hasPermissions(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean hasPermissions(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static SessionFile take(Path path) {
        synchronized (LOCKED_HERE) {
            try {
                Object key = keyOfAcceptable(path);
                if (!LOCKED_HERE.add(key)) {
                    throw inUse(path, "this very process");
                }
                try {
                    return lock(path, key);
                } catch (IOException | RuntimeException ex) {
                    LOCKED_HERE.remove(key);
                    throw ex;
                }
            } catch (IOException ex) {
                throw unusable(path, "it cannot be opened and locked: " + reason(ex), ANOTHER, ex);
            }
        }
    }

    private static SessionFile lock(Path path, Object key) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try {
            if (channel.tryLock() == null) {
                throw inUse(path, "another process, which is alive,");
            }
            if (!keyOfAcceptable(path).equals(key)) {
                throw unusable(path, "it was replaced while it was opened", ANOTHER, null);
            }
            return new SessionFile(path, key, channel, read(path, channel));
        } catch (IOException | RuntimeException ex) {
            channel.close();
            throw ex;
        }
    }

    /** Looks at the file without opening it, which to end would unlock it, and returns what tells it from all others. */
    private static Object keyOfAcceptable(Path path) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            String kind = attributes.isSymbolicLink() ? "a symbolic link" : "not a file";
            throw unusable(path, "it is " + kind, ANOTHER, null);
        }
        if (hasPermissions(path)) {
            if (!FileOwner.isThisUser(path)) {
                String owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
                throw unusable(
                        path, "it belongs to another user", "Run this as " + owner + ", or name another file.", null);
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
            if (!Collections.disjoint(permissions, OTHERS)) {
                throw unusable(
                        path,
                        "its permissions, " + PosixFilePermissions.toString(permissions)
                                + ", would let others take over the session",
                        "Allow only its owner to use it, with chmod 600.",
                        null);
            }
        }
        Object key = attributes.fileKey();
        return key != null ? key : path.normalize();
    }

    private static byte[] read(Path path, FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), LONGEST));
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // until it is full
        }
        byte[] contents = Arrays.copyOf(bytes.array(), bytes.position());
        byte[] mark = SessionRecord.MARK.getBytes(UTF_8);
        int common = Math.min(contents.length, mark.length);
        boolean begun = Arrays.equals(contents, 0, common, mark, 0, common);
        // A file system that lost its power may leave the length of what was written, and zeros.
        if (!begun && !isZero(contents)) {
            throw unusable(path, "it holds something else, which would be overwritten", ANOTHER, null);
        }
        return contents;
    }

    private static boolean isZero(byte[] contents) {
        return Arrays.equals(contents, new byte[contents.length]);
    }

    private static SessionFileException inUse(Path path, String user) {
        return new SessionFileException(
                true,
                "The session file " + path + " (master.session-file) is in use by " + user
                        + ", and so is the session in it",
                "Give each instance a session file of its own, or end the other process first.",
                null);
    }

    private static SessionFileException unusable(Path path, String problem, String remedy, @Nullable Throwable cause) {
        return new SessionFileException(
                false, "The session file " + path + " (master.session-file) cannot be used: " + problem, remedy, cause);
    }

    private static @Nullable String reason(IOException ex) {
        return ex instanceof AccessDeniedException ? "permission denied" : ex.getMessage();
    }

    /**
     * Ends the session that a dead process had left in the file when this process took it, and forgets it unless no server answered:
     * then a later call tries again, whatever the file holds by then.
     *
     * @param servers the servers that hold the election now, {@code host:port} with commas between, or null to take the recorded
     *     ones for right; a session in a different ensemble is left alone
     * @return what became of it; takes up to {@link #PATIENCE}
     */
    public Release release(@Nullable String servers) {
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
        if (!record.file().equals(fileKey())) {
            return ignored(found + "was recorded in another file, of which this is a copy");
        }
        if (servers != null && !record.sharesServerWith(servers)) {
            return ignored(found + "belongs to another ensemble than " + servers);
        }
        return switch (LeftSession.close(record, PATIENCE)) {
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
                yield new Release(
                        Outcome.UNREACHABLE,
                        found + "could not be closed, since none of its servers answered; it will expire");
            }
        };
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
     * @param session its id
     * @param password its password
     * @param timeout its timeout
     * @throws UncheckedIOException when the file cannot be written
     */
    public synchronized void record(String servers, long session, byte[] password, Duration timeout) {
        SessionRecord record = SessionRecord.of(servers, session, password, timeout, boot(), fileKey());
        write(record.bytes());
    }

    /**
     * Empties the file, if it is this session that it holds.
     *
     * @param session the session's id
     * @throws UncheckedIOException when the file cannot be written
     */
    public synchronized void forget(long session) {
        boolean holdsIt = SessionRecord.parse(written)
                .filter(record -> record.session() == session)
                .isPresent();
        if (holdsIt) {
            write(new byte[0]);
        }
    }

    private void write(byte[] contents) {
        if (Arrays.equals(contents, written)) {
            return;
        }
        // Neither the old nor the new, should this fail half-way.
        written = new byte[1];
        try {
            ByteBuffer bytes = ByteBuffer.wrap(contents);
            while (bytes.hasRemaining()) {
                channel.write(bytes, bytes.position());
            }
            channel.truncate(contents.length);
            written = contents;
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private String fileKey() {
        return key instanceof Path ? "-" : key.toString().replaceAll("\\s", "");
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
        synchronized (LOCKED_HERE) {
            try {
                if (channel.isOpen()) {
                    channel.close();
                    LOCKED_HERE.remove(key);
                }
            } catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }
    }
}
