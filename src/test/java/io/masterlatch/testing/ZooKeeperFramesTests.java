package io.masterlatch.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames are found however the bytes are cut. */
class ZooKeeperFramesTests {

    private static final byte[] STREAM = ByteBuffer.allocate(4 + 40 + 4 + 8 + 4 + 100 + 4 + 20)
            .putInt(40)
            .put(new byte[40])
            .putInt(8)
            .putInt(1)
            .putInt(11)
            .putInt(100)
            .putInt(2)
            .putInt(1)
            .put(new byte[92])
            .putInt(20)
            .putInt(3)
            .putInt(4)
            .put(new byte[12])
            .array();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 11, 12, 13, 44, 64, 1000})
    void seesTheBeginningOfEveryFrameButTheFirst(int chunk) {
        List<String> seen = new ArrayList<>();
        ZooKeeperFrames frames = new ZooKeeperFrames((xid, type) -> seen.add(xid + ":" + type));

        for (int from = 0; from < STREAM.length; from += chunk) {
            byte[] bytes = Arrays.copyOfRange(STREAM, from, Math.min(STREAM.length, from + chunk));
            assertThat(frames.follow(bytes)).isEqualTo(bytes.length);
        }

        assertThat(seen).containsExactly("1:11", "2:1", "3:4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"srvr", "GET / HTTP/1.1\r\n\r\n", "\0\0\0\3abcdefghijklmnop"})
    void leavesOtherProtocolsAlone(String text) {
        ZooKeeperFrames frames = new ZooKeeperFrames((xid, type) -> false);

        assertThat(frames.follow(text.getBytes(US_ASCII))).isEqualTo(text.length());
        assertThat(frames.follow(STREAM)).isEqualTo(STREAM.length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void passesNothingOfAFrameThatIsRefused(int refused) {
        ZooKeeperFrames frames = new ZooKeeperFrames((xid, type) -> xid != refused);

        assertThat(frames.follow(STREAM)).isEqualTo(List.of(44, 56, 160).get(refused - 1));
    }
}
