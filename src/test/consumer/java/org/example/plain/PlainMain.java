package org.example.plain;

import io.masterlatch.latch.MasterLatch;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;

/** Becomes master, says so, and ends. */
public final class PlainMain {

    private PlainMain() {}

    /** Takes the connect string. */
    public static void main(String[] args) throws Exception {
        try (CuratorFramework client = CuratorFrameworkFactory.newClient(args[0], new RetryOneTime(100));
                MasterLatch latch = new MasterLatch(client, "/plain", "plain.example.com:1")) {
            client.start();
            latch.start();
            latch.await();
            System.out.println("master in epoch " + latch.mastership().master(latch.now()).orElseThrow().epoch());
        }
    }
}
