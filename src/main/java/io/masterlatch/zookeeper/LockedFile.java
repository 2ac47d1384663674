package io.masterlatch.zookeeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that nobody but this user can read and nobody but this process has, under a lock of the operating system. Symbolic links
 * are not followed.
 *
 * <p>Nothing is written through to the disk: what a killed process wrote is kept by the system.
 */
final class LockedFile implements AutoCloseable {

    static final String ANOTHER = "Delete it if it is of no use, or name another one: a file, existing or not, in a"
            + " directory of a local file system that this user may write.";

    private static final int LONGEST = 64 * 1024;

    private static final Set<PosixFilePermission> OTHERS = Collections.unmodifiableSet(
            EnumSet.complementOf(EnumSet.copyOf(PosixFilePermissions.fromString("rwx------"))));

    /**
     * The locks of this process by their files. Such locks are between processes only, and to close a locked file unlocks it, even
     * if it was opened a second time. Nor must one be lost because nobody refers to it any more.
     */
    private static final Map<Object, FileLock> LOCKS = new HashMap<>();

    private final Path path;
    private final Object key;
    private final FileChannel channel;
    private byte[] contents;

    private LockedFile(Path path, Object key, FileChannel channel, byte[] contents) {
        this.path = path;
        this.key = key;
        this.channel = channel;
        this.contents = contents;
    }

    /**
     * Takes the file for this process, and creates it if it is missing.
     *
     * @throws SessionFileException when another process has it, when others could read it, or when it cannot be used at all
     */
    static LockedFile open(Path path) {
        try {
            create(path);
        } catch (IOException ex) {
            throw unusable(path, "it cannot be created: " + reason(ex), ANOTHER, ex);
        }
        return take(path);
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

    /**
     * Takes the file for this process.
     *
     * @throws SessionFileException as from {@link #open}, or when it is missing
     */
    static LockedFile take(Path path) {
        synchronized (LOCKS) {
            try {
                Object key = keyOfAcceptable(path);
                if (LOCKS.containsKey(key)) {
                    throw inUse(path, "this very process");
                }
                return lock(path, key);
            } catch (IOException ex) {
                throw unusable(path, "it cannot be opened and locked: " + reason(ex), ANOTHER, ex);
            }
        }
    }

    private static LockedFile lock(Path path, Object key) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(path, "another process, which is alive");
            }
            if (!keyOfAcceptable(path).equals(key)) {
                throw unusable(path, "it was replaced while it was opened", ANOTHER, null);
            }
            LockedFile file = new LockedFile(path, key, channel, read(channel));
            LOCKS.put(key, lock);
            return file;
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

    private static byte[] read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), LONGEST));
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // until it is full
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private static SessionFileException inUse(Path path, String user) {
        return new SessionFileException(
                true,
                "The session file " + path + " (master.session-file) is in use by " + user
                        + "; its session is left alone",
                "Give each instance a session file of its own, or end the other process first.",
                null);
    }

    static SessionFileException unusable(Path path, String problem, String remedy, @Nullable Throwable cause) {
        return new SessionFileException(
                false, "The session file " + path + " (master.session-file) cannot be used: " + problem, remedy, cause);
    }

    private static @Nullable String reason(IOException ex) {
        return ex instanceof AccessDeniedException ? "permission denied" : ex.getMessage();
    }

    Path path() {
        return path;
    }

    /** What tells this file from all others of this machine, whatever its name; {@code -} where nothing does. */
    String key() {
        return key instanceof Path ? "-" : key.toString().replaceAll("\\s", "");
    }

    /** What the file holds, or the beginning of it if that is too long to be of use. */
    byte[] contents() {
        return contents;
    }

    /**
     * Writes in place.
     *
     * @throws UncheckedIOException when that fails; then what the file holds is unknown
     */
    void write(byte[] next) {
        if (Arrays.equals(next, contents)) {
            return;
        }
        contents = new byte[1];
        try {
            ByteBuffer bytes = ByteBuffer.wrap(next);
            while (bytes.hasRemaining()) {
                channel.write(bytes, bytes.position());
            }
            channel.truncate(next.length);
            contents = next;
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Unlocks the file for other processes; what it holds stays. */
    @Override
    public void close() {
        synchronized (LOCKS) {
            try {
                if (channel.isOpen()) {
                    channel.close();
                    LOCKS.remove(key);
                }
            } catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }
    }
}
