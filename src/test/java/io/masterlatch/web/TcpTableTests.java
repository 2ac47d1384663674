package io.masterlatch.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.web.TcpTable.Connection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What Linux shows of connections. */
class TcpTableTests {

    private static final String HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    @Test
    void readsAddressesOfBothKindsAndWhatIsNotAcknowledged() {
        assertThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        TcpTable table = new TcpTable(List.of(
                HEAD,
                "   0: 0100007F:1F90 0200007F:A001 01 00000010:00000000 01:00000123 00000005     0        0 4711 2",
                // A peer that does not read is asked for room, and answers.
                "   1: 0100007F:1F90 0200007F:A002 01 00000010:00000000 04:00000123 00000000     0        0 4712 2",
                "   4: 0100007F:1F90 0200007F:A005 01 00000010:00000000 04:00000123 00000000     0       11 4712 2",
                "   2: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000300007F:A003 01"
                        + " 00000000:00000000 00:00000000 00000000     0        0 4713 2",
                "   3: 00000000000000000000000001000000:1F90 B80D0120000000000000000001000000:A004 01"
                        + " 00000010:00000000 01:00000123 0000000C     0        0 4714 2"));

        assertThat(table.attempts(new Connection(8080, "127.0.0.2", 40961))).isEqualTo(5);
        assertThat(table.attempts(new Connection(8080, "127.0.0.2", 40962))).isZero();
        assertThat(table.attempts(new Connection(8080, "127.0.0.3", 40963))).isZero();
        assertThat(table.attempts(new Connection(8080, "2001:db8:0:0:0:0:0:1%eth0", 40964)))
                .isEqualTo(12);
        assertThat(table.attempts(new Connection(8081, "127.0.0.2", 40961))).isNull();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void showsAConnectionOfThisProcess() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            Connection connection = new Connection(
                    accepted.getLocalPort(), accepted.getInetAddress().getHostAddress(), accepted.getPort());

            assertThat(client.isConnected()).isTrue();
            assertThat(TcpTable.read().attempts(connection)).isZero();
            assertThat(TcpTable.NONE.attempts(connection)).isNull();
        }
    }
}
