package io.masterlatch.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.util.List;
import org.apache.jute.Record;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.server.DataTree;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.txn.CreateTxn;
import org.apache.zookeeper.txn.SetDataTxn;
import org.apache.zookeeper.txn.TxnHeader;

/**
 * Writes the data directory of a server in which nodes have data versions that a test would take years to reach. Runs
 * with the classes of that server: the formats differ, and so do some signatures.
 */
final class DataWithVersions {

    private final DataTree tree;
    private long zxid;

    private DataWithVersions(DataTree tree) {
        this.tree = tree;
    }

    /** Takes the directory, the data of all nodes, and for each its path, "=" and its data version. */
    public static void main(String[] arguments) throws Exception {
        File directory = new File(arguments[0]);
        ZooKeeperServer server = new ZooKeeperServer(directory, directory, 2_000);
        server.startdata();
        DataWithVersions writer = new DataWithVersions(server.getZKDatabase().getDataTree());
        for (int i = 2; i < arguments.length; i++) {
            String[] node = arguments[i].split("=");
            writer.write(node[0], arguments[1].getBytes(UTF_8), Integer.parseInt(node[1]));
        }
        // Returns nothing before 3.9, and a file since, which makes two methods of it.
        ZooKeeperServer.class.getMethod("takeSnapshot").invoke(server);
        System.exit(0);
    }

    private void write(String path, byte[] data, int version) {
        apply(OpCode.create, new CreateTxn(path, data, List.copyOf(Ids.OPEN_ACL_UNSAFE), false, -1));
        apply(OpCode.setData, new SetDataTxn(path, data, version));
    }

    private void apply(int type, Record transaction) {
        zxid++;
        tree.processTxn(new TxnHeader(1, (int) zxid, zxid, System.currentTimeMillis(), type), transaction);
    }
}
