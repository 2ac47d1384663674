package io.masterlatch.latch;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Chance. From the system, not from this process's memory, which a clone of this process has as well. */
final class Tokens {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Tokens() {}

    /** Draws 16 hexadecimal digits. */
    static String draw() {
        return HexFormat.of().toHexDigits(RANDOM.nextLong());
    }

    static long below(long bound) {
        return RANDOM.nextLong(bound);
    }
}
