package io.masterlatch.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What a ZooKeeper server lets an operator do over JMX. */
final class ZooKeeperBeans {

    private ZooKeeperBeans() {}

    /** Returns the flags of a JVM that is managed on this port of the loopback interface. */
    static String[] flags(int port) {
        String prefix = "-Dcom.sun.management.jmxremote.";
        return new String[] {
            prefix + "host=" + Loopback.HOST,
            prefix + "port=" + port,
            prefix + "rmi.port=" + port,
            prefix + "authenticate=false",
            prefix + "ssl=false",
            "-Djava.rmi.server.hostname=" + Loopback.HOST
        };
    }

    /** Calls the operation of the bean of the session's connection. */
    static void terminateSession(int port, long session) {
        try (JMXConnector connector = JMXConnectorFactory.connect(
                new JMXServiceURL("service:jmx:rmi:///jndi/rmi://" + Loopback.address(port) + "/jmxrmi"))) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            // The last part of the name is the session's.
            String name = "0x" + Long.toHexString(session);
            Set<ObjectName> beans = server.queryNames(new ObjectName("org.apache.ZooKeeperService:*"), null);
            ObjectName connection = beans.stream()
                    .filter(bean -> bean.getKeyPropertyList().containsValue(name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no connection of session " + name + " in " + beans));
            server.invoke(connection, "terminateSession", null, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }
}
