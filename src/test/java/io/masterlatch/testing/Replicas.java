package io.masterlatch.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Several instances of the built jar that share one election. */
public final class Replicas implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration LEASE = Duration.ofSeconds(3);

    private final List<ServiceProcess> instances;

    private Replicas(List<ServiceProcess> instances) {
        this.instances = instances;
    }

    /** Starts so many instances on this ZooKeeper and waits until one is master and all know it. */
    public static Replicas start(int count, String connectString, Duration sessionTimeout) {
        return start(IntStream.range(0, count)
                .mapToObj(number -> instance("replica" + (number + 1), connectString, sessionTimeout)));
    }

    /** Starts these instances and waits until one is master and all know it. */
    public static Replicas start(Stream<ServiceBuilder> builders) {
        Replicas replicas = new Replicas(builders.map(ServiceBuilder::start).toList());
        try {
            replicas.instances.forEach(ServiceProcess::awaitUp);
            replicas.awaitMaster();
            return replicas;
        } catch (RuntimeException | Error e) {
            replicas.close();
            throw e;
        }
    }

    /** Describes an instance as it is in most tests, with a lease of a quarter of the session, and 3 s at most. */
    public static ServiceBuilder instance(String name, String connectString, Duration sessionTimeout) {
        Duration quarter = sessionTimeout.dividedBy(4);
        return instance(name, connectString, sessionTimeout, quarter.compareTo(LEASE) < 0 ? quarter : LEASE);
    }

    /** Describes an instance on the loopback interface, with this ZooKeeper, session and lease. */
    public static ServiceBuilder instance(String name, String connectString, Duration sessionTimeout, Duration lease) {
        return ServiceProcess.named(name)
                .loopbackAddress()
                .property("masterlatch.zookeeper.connect-string", connectString)
                .property("masterlatch.zookeeper.session-timeout", sessionTimeout.toMillis() + "ms")
                .property("masterlatch.lease", lease.toMillis() + "ms");
    }

    /** Returns the instances in the order of their numbers. */
    public List<ServiceProcess> instances() {
        return instances;
    }

    /** Waits until of all that live exactly one is MASTER, all others are STANDBY and name it, and returns it. */
    public ServiceProcess awaitMaster() {
        await("one master that all know")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(PATIENCE)
                .until(this::agree);
        return master();
    }

    /** Returns all instances that live but this one. */
    public List<ServiceProcess> others(ServiceProcess one) {
        return living().filter(instance -> instance != one).toList();
    }

    /** Returns the instance of this name. */
    public ServiceProcess named(String name) {
        return instances.stream()
                .filter(instance -> instance.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Begins to ask all instances which one is master. */
    public MasterHistory watch() {
        return new MasterHistory().watch(instances.toArray(ServiceProcess[]::new));
    }

    /** Thaws what is frozen, starts what has ended, and waits until one is master and all know it. */
    public ServiceProcess restore() {
        living().forEach(ServiceProcess::thaw);
        List<ServiceProcess> ended =
                instances.stream().filter(instance -> !instance.isAlive()).toList();
        ended.forEach(ServiceProcess::restart);
        ended.forEach(ServiceProcess::awaitUp);
        return awaitMaster();
    }

    /** Lets so much time pass, in which a fault lasts or nothing should happen. */
    public static void pass(Duration time) {
        await().pollDelay(time).atMost(time.plusSeconds(10)).until(() -> true);
    }

    /** Requires that nothing that an instance has written is an error or a stack trace. */
    public void assertCalmLogs() {
        assertThat(instances).allSatisfy(Replicas::assertCalmLog);
    }

    /** Requires that nothing the instance has written is an error or a stack trace. */
    public static void assertCalmLog(ServiceProcess instance) {
        assertThat(instance.log().lines())
                .as("log of %s", instance)
                .noneMatch(line -> line.matches("\\s+at .*|Caused by: .*|.* ERROR .*"));
    }

    @Override
    public void close() {
        instances.forEach(ServiceProcess::close);
    }

    private Stream<ServiceProcess> living() {
        return instances.stream().filter(ServiceProcess::isAlive);
    }

    private boolean agree() {
        List<String> roles = living().map(ServiceProcess::role).toList();
        return roles.stream().filter("MASTER"::equals).count() == 1
                && roles.stream().filter("STANDBY"::equals).count() == roles.size() - 1
                && living().map(ServiceProcess::epoch).distinct().count() == 1;
    }

    private ServiceProcess master() {
        return living().filter(instance -> instance.role().equals("MASTER"))
                .findFirst()
                .orElseGet(this::awaitMaster);
    }
}
