package io.masterlatch.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionRecordTests {

    private static final SessionRecord RECORD = SessionRecord.of(
            "zk1.example.com:2181,[2001:db8::7]:2182",
            null,
            0xff00000000000001L,
            new byte[] {0, 1, (byte) 0xfe},
            Duration.ofSeconds(10),
            "5e455600-fe64",
            "(dev=fe00,ino=2)");

    @Test
    void isReadAsItWasWritten() {
        assertThat(SessionRecord.parse(RECORD.bytes())).contains(RECORD);
        assertThat(RECORD.secret()).containsExactly(0, 1, 0xfe);
    }

    /** The text is an interface: other versions may find it. */
    @Test
    void isPlainText() {
        assertThat(new String(RECORD.bytes(), UTF_8)).isEqualTo("""
                masterlatch session 1
                servers zk1.example.com:2181,[2001:db8::7]:2182
                session 0xff00000000000001
                password 0001fe
                timeout 10000
                boot 5e455600-fe64
                file (dev=fe00,ino=2)
                crc32c 34e0b26c
                """);
    }

    @Test
    void anyOtherValueOfAnyByteIsDamage() {
        byte[] bytes = RECORD.bytes();
        for (int i = 0; i < bytes.length; i++) {
            for (int change = 1; change < 256; change++) {
                byte[] damaged = bytes.clone();
                damaged[i] ^= (byte) change;
                assertThat(SessionRecord.parse(damaged))
                        .as("byte %d ^ %d", i, change)
                        .isEmpty();
            }
        }
    }

    @Test
    void anyOtherLengthIsDamage() {
        byte[] bytes = RECORD.bytes();
        for (int length = 0; length < bytes.length; length++) {
            assertThat(SessionRecord.parse(Arrays.copyOf(bytes, length))).isEmpty();
        }
        assertThat(SessionRecord.parse(Arrays.copyOf(bytes, bytes.length + 1))).isEmpty();
    }

    @Test
    void anyMixtureOfTwoIsDamage() {
        byte[] one = RECORD.bytes();
        byte[] two = SessionRecord.of(
                        RECORD.servers(),
                        null,
                        0x0100000000000002L,
                        new byte[] {4, 5, 6},
                        Duration.ofSeconds(10),
                        RECORD.boot(),
                        RECORD.file())
                .bytes();
        assertThat(two).hasSameSizeAs(one);
        for (int torn = 1; torn < one.length; torn++) {
            byte[] mixture = one.clone();
            System.arraycopy(two, 0, mixture, 0, torn);
            if (!Arrays.equals(mixture, one) && !Arrays.equals(mixture, two)) {
                assertThat(SessionRecord.parse(mixture)).as("torn at %d", torn).isEmpty();
            }
        }
    }

    @Test
    void itsPasswordIsNotPrinted() {
        assertThat(RECORD).hasToString("session 0xff00000000000001 at zk1.example.com:2181,[2001:db8::7]:2182");
    }

    @ParameterizedTest
    @CsvSource({
        "'a:1,b:2','a:1,b:2',true",
        "'a:1,b:2','c:3,B:2',true",
        "'a:1','a:2',false",
        "'a,b','b:2181',true",
        "'[::1]','[::1]:2181',true",
        "'a:1,b:2','c:1,d:2',false"
    })
    void sharesAServer(String servers, String others, boolean expected) {
        SessionRecord record = SessionRecord.of(servers, null, 1, new byte[16], Duration.ofSeconds(10), "-", "-");

        assertThat(record.sharesServerWith(others)).isEqualTo(expected);
    }
}
