package io.masterlatch.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Places, turns, and what the queue asks ZooKeeper for. */
class CandidateQueueTests {

    private static final String ME = "000000000000000a";
    private static final String B = "000000000000000b";
    private static final String C = "000000000000000c";
    private static final String D = "000000000000000d";
    private static final String E = "000000000000000e";
    private static final String F = "000000000000000f";
    private static final long JITTER = 100_000_000;

    private final CandidateQueue queue = new CandidateQueue(bound -> JITTER);

    @ParameterizedTest
    @ValueSource(
            strings = {"3f8a91c06b2d4e57-0000000007", "3f8a91c06b2d4e57--2147483648", "3f8a91c06b2d4e57--000000002"})
    void aNameIsAnIdAndASequence(String name) {
        assertThat(CandidateNode.of(name)).hasValueSatisfying(node -> {
            assertThat(node.name()).isEqualTo(name);
            assertThat(node.id()).isEqualTo("3f8a91c06b2d4e57");
            assertThat(node.sequence()).isEqualTo(Long.parseLong(name.substring(17)));
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "guard",
                "3f8a91c06b2d4e57",
                "3f8a91c06b2d4e57-7",
                "3f8a91c06b2d4e5-0000000007",
                "3F8A91C06B2D4E57-0000000007",
                "3f8a91c06b2d4e57-000000000x"
            })
    void anyOtherNameIsNoCandidate(String name) {
        assertThat(CandidateNode.of(name)).isEmpty();
    }

    @Test
    void thePlacesAreInTheOrderOfTheSequenceAndNotOfTheName() {
        assertThat(node(C, 7)).isLessThan(node(B, 8));
        assertThat(node(C, -2)).isLessThan(node(B, 1));
    }

    @Test
    void thePositionIsTheNumberOfOthersInFront() {
        place(node(B, 1), node(C, 2), node(ME, 3), node(D, 4));

        assertThat(queue.position(ME, null)).isEqualTo(2);
    }

    @Test
    void theHolderOfTheRecordIsNotCounted() {
        place(node(B, 1), node(C, 2), node(ME, 3));

        assertThat(queue.position(ME, B)).isEqualTo(1);
        assertThat(queue.position(ME, D)).isEqualTo(2);
    }

    @Test
    void ofSeveralNodesWithOneIdTheLatestCounts() {
        place(node(B, 1), node(B, 2), node(C, 3), node(ME, 4), node(C, 5));

        assertThat(queue.position(ME, null)).isEqualTo(1);
    }

    @Test
    void theOwnSecondNodeIsNotCounted() {
        queue.joined(node(ME, 5).name());
        queue.read(List.of(node(ME, 1), node(B, 2), node(ME, 5)), ME);

        assertThat(queue.position(ME, null)).isEqualTo(1);
    }

    @Test
    void withoutANodeThePositionIsThree() {
        assertThat(queue.position(ME, null)).isEqualTo(3);
        queue.joined(node(ME, 1).name());
        assertThat(queue.position(ME, null)).isEqualTo(3);
        queue.read(List.of(node(B, 1)), ME);
        assertThat(queue.position(ME, null)).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 250", "2, 500", "3, 750", "4, 1100", "5, 1100"})
    void theTurnIs250MsLaterForEachInFrontAndAtMostASecondPlusARandom250Ms(int inFront, long millis) {
        List<CandidateNode> nodes = new ArrayList<>();
        List.of(B, C, D, E, F).subList(0, inFront).forEach(id -> nodes.add(node(id, nodes.size() + 1)));
        nodes.add(node(ME, 9));
        place(nodes.toArray(CandidateNode[]::new));

        assertThat(queue.turn(ME, null)).isEqualTo(millis * 1_000_000);
    }

    @Test
    void theTurnWithoutANodeIs750MsPlusARandom250Ms() {
        assertThat(queue.turn(ME, null)).isEqualTo(750_000_000 + JITTER);
    }

    @Test
    void joinsReadsAndIsContent() {
        assertThat(next()).isEqualTo(new Request.JoinQueue(ME, "me:1", null));
        queue.joined(node(ME, 7).name());
        assertThat(next()).isEqualTo(new Request.ReadQueue(node(ME, 7).name()));
        queue.read(List.of(node(ME, 7), node(B, 8)), ME);
        assertThat(next()).isNull();
    }

    @Test
    void behindTheHolderAloneItWatchesNoneUntilAnotherHolds() {
        place(node(B, 1), node(ME, 2));

        assertThat(queue.next(ME, "me:1", B, 0)).isNull();
        assertThat(queue.next(ME, "me:1", C, 0))
                .isEqualTo(new Request.WatchCandidate(node(B, 1).name()));
    }

    @Test
    void behindOthersItWatchesTheOneBeforeIt() {
        place(node(B, 1), node(C, 2), node(D, 3), node(ME, 4));

        assertThat(next()).isEqualTo(new Request.WatchCandidate(node(D, 3).name()));
        assertThat(next()).isNull();
        queue.readAgain();
        assertThat(next()).isEqualTo(new Request.ReadQueue(node(ME, 4).name()));
    }

    @Test
    void aSecondNodeOfItsOwnIsDeleted() {
        queue.joined(node(ME, 5).name());
        queue.read(List.of(node(ME, 1), node(B, 2), node(ME, 5)), ME);

        assertThat(next()).isEqualTo(new Request.LeaveQueue(node(ME, 1).name()));
        queue.left(node(ME, 1).name());
        assertThat(next()).isEqualTo(new Request.ReadQueue(node(ME, 5).name()));
    }

    @Test
    void aMissingNodeIsMadeAnew() {
        queue.joined(node(ME, 5).name());
        queue.read(List.of(node(B, 2)), ME);

        assertThat(next()).isEqualTo(new Request.JoinQueue(ME, "me:1", null));
    }

    @Test
    void atTheEndOfAHandOverTheNodeIsDeletedAndMadeAnewInOne() {
        place(node(ME, 1), node(B, 2));
        queue.goToEnd(0);

        assertThat(queue.isJoining()).isTrue();
        assertThat(next())
                .isEqualTo(new Request.JoinQueue(ME, "me:1", node(ME, 1).name()));
        queue.joined(node(ME, 3).name());
        assertThat(queue.isJoining()).isFalse();
    }

    @Test
    void pausesAfterAFailure() {
        queue.pause(500);

        assertThat(queue.next(ME, "me:1", null, 499)).isNull();
        assertThat(queue.next(ME, "me:1", null, 500)).isInstanceOf(Request.JoinQueue.class);
    }

    private Request next() {
        return queue.next(ME, "me:1", null, 0);
    }

    private void place(CandidateNode... nodes) {
        for (CandidateNode node : nodes) {
            if (node.id().equals(ME)) {
                queue.joined(node.name());
            }
        }
        queue.read(List.of(nodes), ME);
    }

    private static CandidateNode node(String id, long sequence) {
        return CandidateNode.of(String.format("%s-%010d", id, sequence)).orElseThrow();
    }
}
