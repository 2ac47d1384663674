package io.masterlatch.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The embedded ZooKeeper's directory, which one process at a time may use. The file with the lock, which is there
 * before anything else, marks it as ours: the data of any other ZooKeeper is never touched.
 */
final class DataDirectory {

    private static final String LOCK = "masterlatch.lock";

    /** Who has the lock: its port and process, in a file apart, since closing the locked file anywhere unlocks it. */
    private static final String HOLDER = "masterlatch.holder";

    /** The directories that this process has locked: locks of files are between processes only. */
    private static final Set<Path> LOCKED_HERE = ConcurrentHashMap.newKeySet();

    private final Path path;

    private final boolean temporary;

    private DataDirectory(Path path, boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    /**
     * Opens the directory and creates it if need be.
     *
     * @param configured the directory, or null for one of our own in the temporary directory
     * @param port the server's port; with 0 our own one is new and removed when unlocked, else it is the same each time
     * @throws EmbeddedZooKeeperException if it cannot be used
     */
    static DataDirectory open(@Nullable Path configured, int port) {
        Path path = null;
        try {
            if (configured != null) {
                path = Files.createDirectories(configured.toAbsolutePath().normalize());
                refuseForeignContents(path);
            } else if (port == 0) {
                path = Files.createTempDirectory("masterlatch-zookeeper-");
            } else {
                path = ownDefault(port);
                refuseForeignContents(path);
            }
            return new DataDirectory(path.toRealPath(), configured == null && port == 0);
        } catch (FileAlreadyExistsException ex) {
            throw unusable(path != null ? path : configured, ex.getFile() + " is not a directory", ex);
        } catch (IOException ex) {
            throw unusable(path != null ? path : configured, "it cannot be created or read: " + ex, ex);
        }
    }

    /**
     * Finds the directory without creating anything.
     *
     * @param configured the directory, or null for our own in the temporary directory
     * @param port the server's port, not 0
     * @return the directory, or empty if it has never been one of ours
     * @throws IOException if it cannot be read
     */
    static Optional<DataDirectory> find(@Nullable Path configured, int port) throws IOException {
        Path path = configured != null ? configured : defaultPath(port);
        if (!Files.exists(path.resolve(LOCK))) {
            return Optional.empty();
        }
        if (configured == null) {
            refuseForeignOwner(path);
        }
        return Optional.of(new DataDirectory(path.toRealPath(), false));
    }

    private static Path ownDefault(int port) throws IOException {
        Path path = defaultPath(port);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(path, onlyForOwner());
        }
        refuseForeignOwner(path);
        return path;
    }

    /** The temporary directory is everybody's, so somebody else may have made the directory for us. */
    private static void refuseForeignOwner(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) || !FileOwner.isThisUser(path)) {
            throw unusable(path, "it belongs to another user or is not a directory", null);
        }
    }

    private static Path defaultPath(int port) {
        String user = System.getProperty("user.name").replaceAll("[^A-Za-z0-9._-]", "_");
        return Path.of(System.getProperty("java.io.tmpdir"), "masterlatch-zookeeper-" + user + "-" + port)
                .toAbsolutePath();
    }

    private static FileAttribute<?>[] onlyForOwner() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    private static void refuseForeignContents(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            List<String> names =
                    entries.map(entry -> entry.getFileName().toString()).toList();
            if (!names.isEmpty() && !names.contains(LOCK)) {
                throw unusable(path, "it holds something else already, such as " + names.get(0), null);
            }
        }
    }

    private static EmbeddedZooKeeperException unusable(@Nullable Path path, String reason, @Nullable Throwable cause) {
        return new EmbeddedZooKeeperException(
                "The embedded ZooKeeper cannot use its data directory " + path
                        + " (masterlatch.zookeeper.embedded.data-directory): " + reason,
                "Set masterlatch.zookeeper.embedded.data-directory to a directory that is new, or empty and writable.",
                cause);
    }

    /** Returns the real and absolute path. */
    Path path() {
        return this.path;
    }

    /**
     * Tries to take the directory for this process, without waiting.
     *
     * @param port the port that the server is going to have, for others to know
     * @return the lock, or null if another has it
     * @throws EmbeddedZooKeeperException if the directory cannot be written
     */
    @Nullable
    Lock tryLock(int port) {
        if (!LOCKED_HERE.add(this.path)) {
            return null;
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = openLockFile();
            FileLock lock = channel.tryLock();
            if (lock != null) {
                writeHolder(port);
                locked = true;
                return new Lock(lock);
            }
            return null;
        } catch (IOException ex) {
            throw unusable(this.path, "it cannot be written: " + ex, ex);
        } finally {
            if (!locked) {
                release(channel);
            }
        }
    }

    /**
     * Waits until the process that has the directory is gone or gives it up, and takes it.
     *
     * @param port the port that the server is going to have, for others to know
     * @return the lock, or null if it is this very process that has it
     * @throws IOException if the directory is gone or cannot be written, or the thread is interrupted
     */
    @Nullable
    Lock lock(int port) throws IOException {
        if (!LOCKED_HERE.add(this.path)) {
            return null;
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = openLockFile();
            FileLock lock = channel.lock();
            writeHolder(port);
            locked = true;
            return new Lock(lock);
        } finally {
            if (!locked) {
                release(channel);
            }
        }
    }

    private FileChannel openLockFile() throws IOException {
        return FileChannel.open(this.path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private void writeHolder(int port) throws IOException {
        Files.writeString(
                this.path.resolve(HOLDER), port + " " + ProcessHandle.current().pid());
    }

    private void release(@Nullable Channel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        } finally {
            LOCKED_HERE.remove(this.path);
        }
    }

    /** Returns who took the directory last; empty if that process is gone, or nobody ever did. */
    Optional<Holder> holder() {
        try {
            String[] parts = Files.readString(this.path.resolve(HOLDER)).split(" ");
            Holder holder = new Holder(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
            return ProcessHandle.of(holder.pid()).isPresent() ? Optional.of(holder) : Optional.empty();
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException ex) {
            return Optional.empty();
        }
    }

    /**
     * The process that has the directory.
     *
     * @param port the port its server was asked to have
     * @param pid its id
     */
    record Holder(int port, long pid) {}

    /** The directory is this process's until the lock is closed; a directory for one run is removed then. */
    final class Lock implements AutoCloseable {

        private final FileLock lock;

        private Lock(FileLock lock) {
            this.lock = lock;
        }

        @Override
        public void close() {
            release(this.lock.acquiredBy());
            if (DataDirectory.this.temporary) {
                removeAll();
            }
        }

        private void removeAll() {
            try (Stream<Path> files = Files.walk(DataDirectory.this.path)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }
    }
}
