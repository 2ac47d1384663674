package io.masterlatch.servers;

import io.masterlatch.latch.MasterLatch;
import java.io.IOException;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;

/** A latch in a process of its own, to be killed. */
final class LatchProgram {

    private LatchProgram() {}

    /**
     * Takes the connect string, the path, the address and the lease in milliseconds; ends with the process that started
     * it.
     */
    public static void main(String[] arguments) throws IOException {
        try (CuratorFramework client = Clients.of(arguments[0]);
                MasterLatch latch = new MasterLatch(
                        client, arguments[1], arguments[2], Duration.ofMillis(Long.parseLong(arguments[3])))) {
            client.start();
            latch.start();
            System.in.read();
        }
    }
}
