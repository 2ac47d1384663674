package io.masterlatch.embedded;

import io.masterlatch.autoconfigure.MisconfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * The data directory of an embedded ZooKeeper. The process that holds its lock file runs the server. The lock file also
 * marks the directory as one of MasterLatch: it never touches the data of another ZooKeeper.
 */
final class DataDirectory {

    private static final String LOCK_FILE = "masterlatch.lock";

    /** The directories that this process has locked: closing a lock file that is open twice would unlock it. */
    private static final Set<Path> LOCKED_HERE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final boolean temporary;
    private @Nullable FileChannel locked;

    private DataDirectory(Path path, boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    /**
     * Opens a directory, and creates it if it does not exist.
     *
     * @param configured the directory, or null for one in the system's temporary directory
     * @param port the server's port; the default directory is the same for this user and port each time, and with 0 a
     * new one that {@link #unlock()} removes
     * @throws MisconfigurationException if it cannot be used
     */
    static DataDirectory open(@Nullable Path configured, int port) {
        Path path = configured != null ? configured.toAbsolutePath().normalize() : defaultPath(port);
        try {
            if (configured != null) {
                Files.createDirectories(path);
            } else if (port == 0) {
                return new DataDirectory(
                        Files.createTempDirectory("masterlatch-zookeeper-").toRealPath(), true);
            } else {
                createForOwner(path);
            }
            if (configured == null && !isOwn(path)) {
                throw unusable(path, "it belongs to another user or is not a directory", null);
            }
            refuseOtherContents(path);
            return new DataDirectory(path.toRealPath(), false);
        } catch (FileAlreadyExistsException ex) {
            throw unusable(path, ex.getFile() + " is not a directory", ex);
        } catch (IOException ex) {
            throw unusable(path, "it cannot be created or read: " + ex, ex);
        }
    }

    private static Path defaultPath(int port) {
        String user = System.getProperty("user.name").replaceAll("[^A-Za-z0-9._-]", "_");
        return Path.of(System.getProperty("java.io.tmpdir"), "masterlatch-zookeeper-" + user + "-" + port)
                .toAbsolutePath();
    }

    /** Creates the directory, unless it is there: another process may create it at the same moment. */
    private static void createForOwner(Path path) throws IOException {
        try {
            Files.createDirectory(path, onlyForOwner());
        } catch (FileAlreadyExistsException ex) {
            // Whose it is, and whether it is a directory, is checked next.
        }
    }

    private static FileAttribute<?>[] onlyForOwner() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Checks the owner: any user can create a directory of the default name in the shared temporary directory. */
    private static boolean isOwn(Path path) throws IOException {
        // The owner of a new file is this process's user, which often has no name in a container.
        Path own = Files.createTempFile("masterlatch-", ".owner");
        try {
            UserPrincipal owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
            return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && owner.equals(Files.getOwner(own));
        } finally {
            Files.delete(own);
        }
    }

    private static void refuseOtherContents(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            List<String> names =
                    entries.map(entry -> entry.getFileName().toString()).toList();
            if (!names.isEmpty() && !names.contains(LOCK_FILE)) {
                throw unusable(path, "it already contains other files, such as " + names.get(0), null);
            }
        }
    }

    private static MisconfigurationException unusable(Path path, String reason, @Nullable Throwable cause) {
        return new MisconfigurationException(
                ("The embedded ZooKeeper cannot use its data directory %s"
                                + " (masterlatch.zookeeper.embedded.data-directory): %s.")
                        .formatted(path, reason),
                "Set masterlatch.zookeeper.embedded.data-directory to a directory that is new, or empty and writable.",
                cause);
    }

    /** Returns the real and absolute path. */
    Path path() {
        return path;
    }

    /** Locks the directory for this process, without waiting. Returns false when a server has locked it. */
    boolean tryLock() {
        if (!LOCKED_HERE.add(path)) {
            return false;
        }
        try {
            locked = FileChannel.open(path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (locked.tryLock() != null) {
                return true;
            }
            release();
            return false;
        } catch (IOException ex) {
            release();
            throw unusable(path, "it cannot be written: " + ex, ex);
        }
    }

    private void release() {
        try {
            if (locked != null) {
                locked.close();
            }
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        } finally {
            LOCKED_HERE.remove(path);
        }
    }

    /** Unlocks the directory, and removes it if it is for one run only. */
    void unlock() {
        release();
        if (temporary) {
            try {
                FileSystemUtils.deleteRecursively(path);
            } catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }
    }
}
