package io.masterlatch.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

/** Whose a file is. */
final class FileOwner {

    private FileOwner() {}

    /** Tells whether the file itself, not what it may link to, belongs to the user whom this process runs as. */
    static boolean isThisUser(Path file) throws IOException {
        // The user's name is no help: in a container the user often has none.
        Path mine = Files.createTempFile("masterlatch-", ".owner");
        try {
            UserPrincipal owner = Files.getOwner(file, LinkOption.NOFOLLOW_LINKS);
            return owner.equals(Files.getOwner(mine));
        } finally {
            Files.delete(mine);
        }
    }
}
