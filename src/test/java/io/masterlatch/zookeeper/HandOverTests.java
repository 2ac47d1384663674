package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Master;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.election.Session;
import io.masterlatch.election.Standing;
import io.masterlatch.latch.HandOver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mastership goes to whom it is handed, or stays where it is; and whoever asked is told which. */
class HandOverTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String LINE = Stage.PATH + "-candidates";

    @RegisterExtension
    final Stage stage = new Stage();

    @Test
    void goesToTheFirstInLine() {
        List<Candidate> all = line("a", "b", "c");
        Candidate a = all.get(0);
        Candidate b = all.get(1);
        long epoch = a.epoch();

        Master successor = done(a.latch().handOver(null, TIMEOUT));

        assertThat(successor.address()).isEqualTo("b:1");
        assertThat(successor.epoch()).isGreaterThan(epoch);
        a.awaitStandbyOf(b);
        awaitLine(b, "b:1", "c:1", "a:1");
        a.awaitCalls("isLeader", "notLeader");
        b.awaitCalls("isLeader");
        assertThat(a.changes())
                .filteredOn(change -> change.from() == Role.MASTER)
                .extracting(MastershipChange::cause)
                .containsExactly("given up to hand it over to b:1");
    }

    @Test
    void goesToTheOneThatIsNamedThoughOthersAreAhead() {
        List<Candidate> all = line("a", "b", "c", "d", "e");
        Candidate d = all.get(3);

        Master successor = done(all.get(0).latch().handOver("d:1", TIMEOUT));

        assertThat(successor.address()).isEqualTo("d:1");
        d.awaitLeading();
        await().untilAsserted(() -> assertThat(addresses(d))
                .startsWith("d:1", "e:1")
                .containsExactlyInAnyOrder("a:1", "b:1", "c:1", "d:1", "e:1"));
        all.stream().filter(other -> other != d).forEach(other -> other.awaitStandbyOf(d));
        assertThat(all.get(1).calls()).isEmpty();
        assertThat(all.get(2).calls()).isEmpty();
    }

    @Test
    void theOnesSentBackTakeOverInTheirTurn() {
        List<Candidate> all = line("a", "b", "c");
        done(all.get(0).latch().handOver("c:1", TIMEOUT));
        Candidate c = all.get(2).awaitLeading();
        await().until(() -> addresses(c).size() == 3);
        String next = addresses(c).get(1);

        c.latch().close();

        Candidate heir = next.equals("a:1") ? all.get(0) : all.get(1);
        heir.awaitLeading();
    }

    @Test
    void nothingIsGivenUpWhenNobodyElseStands() {
        Candidate alone = stage.candidate("a").start().awaitLeading();
        Candidate observer = stage.observer("b", Stage.LONG).start().awaitRole(Role.OBSERVER);
        awaitLine(alone, "a:1");
        long epoch = alone.epoch();

        assertThat(alone.latch().handOver(null, TIMEOUT).join()).isInstanceOf(HandOver.NobodyElse.class);
        assertThat(alone.latch().handOver("b:1", TIMEOUT).join()).isInstanceOf(HandOver.NobodyElse.class);

        assertStillMaster(alone, epoch);
        assertThat(observer.role()).isEqualTo(Role.OBSERVER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"z:1", "a:1", "", "B:1"})
    void nothingIsGivenUpToSomebodyWhoDoesNotStand(String nobody) {
        List<Candidate> all = line("a", "b", "c");
        Candidate master = all.get(0);
        long epoch = master.epoch();

        HandOver outcome = master.latch().handOver(nobody, TIMEOUT).join();

        assertThat(outcome).isEqualTo(new HandOver.UnknownCandidate(nobody, List.of("b:1", "c:1")));
        assertStillMaster(master, epoch);
        awaitLine(master, "a:1", "b:1", "c:1");
    }

    @Test
    void whoIsNotTheMasterTellsWhoIs() {
        List<Candidate> all = line("a", "b");
        Master master = all.get(0).latch().getLeader().orElseThrow();

        assertThat(all.get(1).latch().handOver(null, TIMEOUT).join()).isEqualTo(new HandOver.NotMaster(master));
        assertThat(stage.candidate("c").latch().handOver(null, TIMEOUT).join()).isEqualTo(new HandOver.NotMaster(null));
        assertStillMaster(all.get(0), master.epoch());
    }

    @Test
    void whoIsMasterAgainBecauseTheOnlyOtherIsFrozenSaysSo() throws Exception {
        Candidate master = stage.candidate("a").start().awaitLeading();
        frozen("b:1");
        awaitLine(master, "a:1", "b:1");
        long epoch = master.epoch();

        HandOver outcome = master.latch().handOver(null, TIMEOUT).join();

        assertThat(outcome).isInstanceOfSatisfying(HandOver.TimedOut.class, late -> {
            assertThat(late.master().address()).isEqualTo("a:1");
            assertThat(late.master().epoch()).isGreaterThan(epoch).isEqualTo(master.epoch());
        });
        assertThat(master.leads()).isTrue();
        master.awaitCalls("isLeader", "notLeader", "isLeader");
    }

    @Test
    void saysSoWhenNobodyIsSeenToTakeItInTime() throws Exception {
        Candidate master = stage.candidate("a").start().awaitLeading();
        frozen("b:1");
        awaitLine(master, "a:1", "b:1");
        master.latch().addChangeListener(change -> {
            if (change.to() == Role.UNKNOWN) {
                master.network().cut();
            }
        });

        HandOver outcome = master.latch().handOver(null, Duration.ofSeconds(1)).join();

        assertThat(outcome).isEqualTo(new HandOver.TimedOut(null));
        assertThat(master.leads()).isFalse();
    }

    @Test
    void namesTheOneThatWonInPlaceOfTheOneThatIsFrozen() throws Exception {
        Candidate master = stage.candidate("a").start().awaitLeading();
        frozen("b:1");
        Candidate c = stage.candidate("c").start();
        awaitLine(master, "a:1", "b:1", "c:1");

        HandOver outcome = master.latch().handOver("b:1", TIMEOUT).join();

        assertThat(outcome).isInstanceOfSatisfying(HandOver.WonByAnother.class, won -> {
            assertThat(won.wanted()).isEqualTo("b:1");
            assertThat(won.master().address()).isEqualTo("c:1");
        });
        c.awaitLeading();
    }

    /** Handing over to what a killed process has left would cost a while without a master, and bring nothing. */
    @Test
    void whatAKilledProcessHasLeftInTheLineIsNoSuccessor() throws Exception {
        Candidate master = stage.candidate("a").start().awaitLeading();
        frozen("a:1");
        awaitLine(master, "a:1", "a:1");
        long epoch = master.epoch();

        assertThat(master.latch().handOver(null, TIMEOUT).join()).isInstanceOf(HandOver.NobodyElse.class);
        assertStillMaster(master, epoch);

        frozen("b:1");
        Candidate b = stage.candidate("b").start();
        awaitLine(master, "a:1", "a:1", "b:1", "b:1");
        assertThat(done(master.latch().handOver(null, TIMEOUT)).address()).isEqualTo("b:1");
        b.awaitLeading();
        awaitLine(b, "b:1", "a:1");
    }

    @Test
    void nothingIsGivenUpWhileThereIsNoConnection() {
        List<Candidate> all = line("a", "b");
        Candidate master = all.get(0);
        long epoch = master.epoch();
        master.network().cut();
        await().until(() -> master.latch().mastership().connection().name().equals("SUSPENDED"));

        HandOver outcome = master.latch().handOver(null, TIMEOUT).join();

        assertThat(outcome).isEqualTo(new HandOver.Failed("there is no connection to ZooKeeper"));
        assertThat(master.leads()).isTrue();
        master.network().restore();
        await().until(() -> master.latch().mastership().connection().name().equals("CONNECTED"));
        assertStillMaster(master, epoch);
    }

    @Test
    void whatZooKeeperAnswersTooLateGivesNothingUp() {
        List<Candidate> all = line("a", "b", "c");
        Candidate master = all.get(0);
        long epoch = master.epoch();
        master.network().hold();

        HandOver outcome =
                master.latch().handOver("c:1", Duration.ofMillis(300)).join();

        assertThat(outcome).isEqualTo(new HandOver.Failed("ZooKeeper has not answered within 300 ms"));
        master.network().restore();
        awaitLine(master, "a:1", "b:1", "c:1");
        assertStillMaster(master, epoch);
    }

    @Test
    void ofTwoAtOnceOneIsDone() {
        for (int round = 0; round < 5; round++) {
            List<Candidate> all = round == 0 ? line("a", "b", "c") : present;
            Candidate master = all.stream().filter(Candidate::leads).findFirst().orElseThrow();
            List<String> others = all.stream()
                    .filter(other -> other != master)
                    .map(other -> other.latch().getId())
                    .toList();
            List<CompletableFuture<HandOver>> outcomes = others.parallelStream()
                    .map(other -> master.latch().handOver(other, TIMEOUT))
                    .toList();

            List<HandOver> ends = outcomes.stream().map(CompletableFuture::join).toList();

            assertThat(ends).filteredOn(HandOver.Done.class::isInstance).hasSize(1);
            assertThat(ends)
                    .filteredOn(end -> !(end instanceof HandOver.Done))
                    .allMatch(end -> end instanceof HandOver.UnderWay || end instanceof HandOver.NotMaster);
            int done = ends.get(0) instanceof HandOver.Done ? 0 : 1;
            assertThat(((HandOver.Done) ends.get(done)).master().address()).isEqualTo(others.get(done));
            Candidate heir = byAddress(all).get(others.get(done)).awaitLeading();
            await().until(() -> addresses(heir).size() == 3);
        }
    }

    @Test
    void closingEndsTheWait() throws Exception {
        Candidate master = stage.candidate("a").start().awaitLeading();
        frozen("b:1");
        awaitLine(master, "a:1", "b:1");
        CompletableFuture<HandOver> outcome = master.latch().handOver(null, Duration.ofSeconds(60));
        master.awaitNotLeading();

        master.latch().close();

        assertThat(outcome.get(1, TimeUnit.SECONDS)).isInstanceOf(HandOver.Closed.class);
        assertThat(master.leads()).isFalse();
    }

    @Test
    void closingAtTheSameTimeLeavesNobodyWaiting() throws Exception {
        for (int round = 0; round < 10; round++) {
            Candidate master = stage.candidate("a" + round).start().awaitLeading();
            Candidate standby = stage.candidate("b" + round).start();
            awaitLine(master, "a" + round + ":1", "b" + round + ":1");
            CompletableFuture<HandOver> outcome = CompletableFuture.supplyAsync(
                            () -> master.latch().handOver(null, Duration.ofSeconds(60)))
                    .thenCompose(Function.identity());

            master.latch().close();

            assertThat(outcome.get(10, TimeUnit.SECONDS))
                    .isInstanceOfAny(
                            HandOver.Closed.class,
                            HandOver.Done.class,
                            HandOver.Failed.class,
                            HandOver.NotMaster.class);
            standby.awaitLeading();
            standby.latch().close();
        }
    }

    /** That never two are master meanwhile the stage finds out, after each test. */
    @Test
    void goesRoundAndRoundAndTheOldMasterNeverWinsStraightBack() {
        List<Candidate> all = line("a", "b", "c");
        Map<String, Candidate> byAddress = byAddress(all);
        Candidate master = all.get(0);
        List<Duration> times = new ArrayList<>();
        for (int round = 0; round < 30; round++) {
            Candidate old = master;
            long epoch = old.epoch();
            long began = System.nanoTime();
            Master successor = done(old.latch().handOver(null, TIMEOUT));
            times.add(Duration.ofNanos(System.nanoTime() - began));

            assertThat(successor.address()).isNotEqualTo(old.latch().getId());
            assertThat(successor.epoch()).isGreaterThan(epoch);
            master = byAddress.get(successor.address()).awaitLeading();
            assertThat(old.leads()).isFalse();
            Candidate present = master;
            await().until(() -> addresses(present).size() == 3);
        }

        Collections.sort(times);
        System.out.printf(
                "HandOverTests: from the wish to the answer: median %d ms, longest %d ms%n",
                times.get(times.size() / 2).toMillis(),
                times.get(times.size() - 1).toMillis());
        assertThat(times.get(times.size() / 2)).isLessThan(Duration.ofSeconds(1));
        assertThat(all).allSatisfy(candidate -> {
            List<String> alternating = IntStream.range(0, candidate.calls().size())
                    .mapToObj(call -> call % 2 == 0 ? "isLeader" : "notLeader")
                    .toList();
            assertThat(candidate.calls()).isEqualTo(alternating).hasSizeBetween(19, 21);
        });
    }

    private final List<Candidate> present = new ArrayList<>();

    /** Starts candidates who stand in this order, the first as the master. */
    private List<Candidate> line(String... hosts) {
        for (String host : hosts) {
            Candidate candidate = stage.candidate(host).start();
            present.add(candidate);
            present.get(0).awaitLeading();
            String[] addresses = Stream.of(hosts)
                    .limit(present.size())
                    .map(name -> name + ":1")
                    .toArray(String[]::new);
            awaitLine(present.get(0), addresses);
        }
        present.stream().skip(1).forEach(other -> other.awaitStandbyOf(present.get(0)));
        return present;
    }

    private static Map<String, Candidate> byAddress(List<Candidate> all) {
        return all.stream()
                .collect(Collectors.toMap(candidate -> candidate.latch().getId(), Function.identity()));
    }

    /** Has somebody stand in line whose session lives and who never does anything. */
    private void frozen(String address) throws KeeperException, InterruptedException {
        ZooKeeper person = stage.person();
        await().until(() -> person.getState().isConnected());
        Session session = new Session(person.getSessionId(), Duration.ofMillis(person.getSessionTimeout()));
        person.create(
                LINE + "/" + io.masterlatch.election.Candidate.prefix(session),
                address.getBytes(StandardCharsets.UTF_8),
                Stage.OPEN,
                CreateMode.EPHEMERAL_SEQUENTIAL);
    }

    private static List<String> addresses(Candidate asked) {
        return asked.latch().candidates().join().stream().map(Standing::address).toList();
    }

    private static void awaitLine(Candidate asked, String... addresses) {
        await().atMost(Stage.PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(addresses(asked)).containsExactly(addresses));
    }

    private static Master done(CompletableFuture<HandOver> outcome) {
        assertThat(outcome.join()).isInstanceOf(HandOver.Done.class);
        return ((HandOver.Done) outcome.join()).master();
    }

    private static void assertStillMaster(Candidate master, long epoch) {
        assertThat(master.leads()).isTrue();
        assertThat(master.epoch()).isEqualTo(epoch);
        assertThat(master.calls()).containsExactly("isLeader");
    }
}
