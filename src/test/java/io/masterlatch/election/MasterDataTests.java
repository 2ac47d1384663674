package io.masterlatch.election;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterDataTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "master1.example.com:2223",
                "localhost:1",
                "10.0.0.1:65535",
                "[::1]:8080",
                "[fe80::1%1]:80",
                "host_with_underscore:80",
                "bücher.example:443",
                "host:080"
            })
    void takesAnAddressAsItIs(String address) {
        assertThat(MasterData.of(address.getBytes(UTF_8))).isEqualTo(new MasterData(address, null));
        assertThat(MasterData.isHostPort(address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host",
                "host:",
                ":80",
                "host:0",
                "host:65536",
                "host:99999",
                "host:123456",
                "host:-1",
                "host:80x",
                "http://host:80",
                "host:80/path",
                "host name:80",
                "host:80 ",
                " host:80",
                "::1:80",
                "[::1]",
                "[]:80",
                "a:b:80"
            })
    void keepsOtherTextAndSaysWhatIsWrong(String text) {
        assertThat(MasterData.of(text.getBytes(UTF_8)))
                .isEqualTo(new MasterData(text, "its data is \"" + text + "\", not host:port"));
        assertThat(MasterData.isHostPort(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zero\u200bwidth:80", "half\ud83d:80", "next\u0085line:80"})
    void isNoAddressWithCharactersThatCannotBeReadBack(String text) {
        assertThat(MasterData.isHostPort(text)).isFalse();
    }

    @Test
    void isNoAddressWhenItIsTooLongForTheRecordOfALease() {
        assertThat(MasterData.isHostPort("a".repeat(253) + ":65535")).isTrue();
        assertThat(MasterData.isHostPort("a".repeat(262) + ":80")).isFalse();
        assertThat(MasterData.isHostPort("é".repeat(131) + ":80"))
                .as("in UTF-8")
                .isFalse();
    }

    @Test
    void hasNoAddressWithoutData() {
        assertThat(MasterData.of(null)).isEqualTo(new MasterData(null, "its data is empty"));
        assertThat(MasterData.of(new byte[0])).isEqualTo(new MasterData(null, "its data is empty"));
    }

    @Test
    void hasNoAddressInBinaryData() {
        byte[] binary = {'h', (byte) 0xff, ':', '8'};

        assertThat(MasterData.of(binary)).isEqualTo(new MasterData(null, "its data is binary (4 bytes)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "\n",
                "host:80\n",
                "host\t:80",
                "ho\u0000st:80",
                "host\u202e:80",
                "\ufeffhost:80",
                "\u2028host:80",
                "\ue000host:80",
                "\u0378:80"
            })
    void hasNoAddressInTextThatCannotBeShown(String text) {
        byte[] data = text.getBytes(UTF_8);

        assertThat(MasterData.of(data))
                .isEqualTo(new MasterData(null, "its data is no printable text (" + data.length + " bytes)"));
    }

    @Test
    void doesNotLookIntoLongData() {
        String longest = "h".repeat(MasterData.MAX_BYTES - 3) + ":80";

        assertThat(MasterData.of(longest.getBytes(UTF_8)).address()).isEqualTo(longest);
        assertThat(MasterData.of(("h" + longest).getBytes(UTF_8)))
                .isEqualTo(new MasterData(null, "its data has 513 bytes, more than any host:port"))
                .isEqualTo(MasterData.tooLong(513));
        assertThat(MasterData.of(new byte[1 << 20]).problem())
                .isEqualTo("its data has 1048576 bytes, more than any host:port");
    }
}
