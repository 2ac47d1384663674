package io.masterlatch.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.masterlatch.testing.FaultyProxy;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZooKeeperEnsemble;
import io.masterlatch.testing.ZooKeeperProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;

/** The faults of a soak. */
final class SoakFaults implements AutoCloseable {

    /** A fault that lasts until its end is called for. */
    record Fault(String name, Object target, Runnable begin, Runnable end) {

        @Override
        public String toString() {
            return name + " of " + target;
        }
    }

    private static final Runnable NOTHING = () -> {};

    private final Random random;
    private final ZooKeeperEnsemble ensemble;
    private final List<ServiceProcess> instances;
    private final List<List<FaultyProxy>> networks;
    private final CuratorFramework person;

    SoakFaults(
            Random random,
            ZooKeeperEnsemble ensemble,
            List<ServiceProcess> instances,
            List<List<FaultyProxy>> networks) {
        this.random = random;
        this.ensemble = ensemble;
        this.instances = instances;
        this.networks = networks;
        this.person = CuratorFrameworkFactory.newClient(ensemble.connectString(), 4_000, 1_000, new RetryOneTime(100));
        person.start();
    }

    /**
     * Draws what happens at once: to one or two instances, to a server, to the node, or to an instance and a server.
     */
    List<Fault> draw() {
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
        Collections.shuffle(order, random);
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> List.of(ofInstance(order.get(0)));
            case 3 -> List.of(ofInstance(order.get(0)), ofInstance(order.get(1)));
            case 4 -> List.of(ofServer());
            case 5 -> List.of(ofInstance(order.get(0)), ofServer());
            case 6 -> List.of(ofInstance(order.get(0)), ofNode());
            default -> List.of(ofNode());
        };
    }

    @Override
    public void close() {
        person.close();
    }

    private Fault ofInstance(int number) {
        ServiceProcess instance = instances.get(number);
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> new Fault("freeze", instance, instance::freeze, instance::thaw);
            case 3 -> new Fault("kill", instance, instance::kill, instance::restart);
            case 4 ->
                new Fault("terminate", instance, instance::terminate, () -> {
                    instance.exitCode();
                    instance.restart();
                });
            case 5 -> ofNetwork("cut", number, FaultyProxy::cut);
            case 6 -> ofNetwork("black hole", number, FaultyProxy::blackHole);
            case 7 -> ofNetwork("lost replies", number, FaultyProxy::swallowReplies);
            case 8 -> ofNetwork("hold", number, FaultyProxy::hold);
            default -> ofNetwork("delay", number, proxy -> proxy.delay(Duration.ofMillis(random.nextInt(300))));
        };
    }

    private Fault ofNetwork(String name, int number, Consumer<FaultyProxy> fault) {
        List<FaultyProxy> network = networks.get(number);
        return new Fault(
                name,
                "the network of " + instances.get(number).name(),
                () -> network.forEach(fault),
                () -> network.forEach(FaultyProxy::restore));
    }

    private Fault ofServer() {
        int number = random.nextInt(3);
        ZooKeeperProcess server = ensemble.servers().get(number);
        String name = "server " + (number + 1);
        return switch (random.nextInt(5)) {
            case 0 -> new Fault("server kill", name, server::kill, server::start);
            case 1 -> new Fault("server restart", name, server::stop, server::start);
            case 2 -> new Fault("server freeze", name, server::pause, server::resume);
            case 3 -> new Fault("server cut off", name, () -> ensemble.cutOff(server), ensemble::heal);
            default -> {
                ZooKeeperProcess other = ensemble.servers().get((number + 1) % 3);
                yield new Fault(
                        "quorum lost",
                        name + " and the next",
                        () -> List.of(server, other).forEach(ZooKeeperProcess::kill),
                        () -> List.of(server, other).forEach(ZooKeeperProcess::start));
            }
        };
    }

    private Fault ofNode() {
        return random.nextBoolean()
                ? new Fault(
                        "overwrite",
                        "/master",
                        () -> byHand(() -> person.setData().forPath("/master", "nonsense".getBytes(UTF_8))),
                        NOTHING)
                : new Fault(
                        "delete", "/master", () -> byHand(() -> person.delete().forPath("/master")), NOTHING);
    }

    private interface Deed {
        void perform() throws Exception;
    }

    private static void byHand(Deed deed) {
        try {
            deed.perform();
        } catch (Exception impossible) {
            // there is no master's node at this moment, or no server
        }
    }
}
