package io.masterlatch.latch;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Random numbers of the operating system, so that a clone of this process draws others. */
final class Tokens {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Tokens() {}

    /** Returns 16 random hexadecimal digits. */
    static String draw() {
        return HexFormat.of().toHexDigits(RANDOM.nextLong());
    }

    static long below(long bound) {
        return RANDOM.nextLong(bound);
    }
}
