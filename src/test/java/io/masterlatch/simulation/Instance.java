package io.masterlatch.simulation;

import io.masterlatch.election.Election;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Order;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Role;
import io.masterlatch.election.Seat;
import io.masterlatch.election.Session;
import io.masterlatch.latch.MasterNode;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An instance of the service: the real election, stepped as {@code ElectionLoop} steps it, in a process that can freeze and die. */
final class Instance extends Process {

    private static final String LOOP = "election";
    private static final int MOST_STEPS = 1000;

    private final String address;
    private final boolean stands;
    private final ArrayDeque<Runnable> inputs = new ArrayDeque<>();
    private Election election;
    private SimulatedNode node;
    private @Nullable NodeEvents listening;
    private @Nullable Mastership published;
    private boolean stepping;
    private boolean alarmed;
    private long alarm;
    private long lastRequest;
    private long provenUntil;
    private long freezesOnRequest;

    Instance(World world, int number, boolean stands) {
        super(world, "instance" + number);
        this.address = name + ":80";
        this.stands = stands;
        this.election = new Election(address, stands, clock.now());
        this.node = new SimulatedNode(this, address);
    }

    /** What {@code hasLeadership()} would answer at this instant. A frozen process answers when it has thawed, of that instant. */
    boolean isMaster() {
        Mastership mastership = published;
        if (mastership == null) {
            return false;
        }
        long now = clock.now();
        if (world.mutant == Mutant.LONG_LEASE && mastership.seat() instanceof Seat.Held) {
            now -= world.setting.timeout() / 2;
        }
        return mastership.role(now) == Role.MASTER;
    }

    boolean knows(Instance master) {
        return published != null
                && published.master(clock.now()).filter(master.master()::equals).isPresent();
    }

    Master master() {
        return ((Seat.Held) published.seat()).master();
    }

    @Nullable
    Client client() {
        return node.client();
    }

    @Nullable
    Server server() {
        Client client = node.client();
        return client == null ? null : client.server();
    }

    /** Starts taking part, after a start of the process or after a stop. */
    void start() {
        input(() -> {
            if (listening == null) {
                world.story.tell(() -> this + " starts");
                election.start(clock.now());
                open();
            }
        });
    }

    /** Gives up what it has and leaves; the process lives on. */
    void stop() {
        input(() -> {
            if (listening != null) {
                world.story.tell(() -> this + " stops");
                boolean held = isMaster();
                listening = null;
                election.stop("it was closed", clock.now());
                publish(clock.now());
                leave(held);
            }
        });
    }

    private void leave(boolean held) {
        Client client = node.client();
        if (world.mutant == Mutant.RELEASE_BY_PATH && held && client != null) {
            client.deletePath();
        } else {
            node.close();
        }
    }

    /** Hands the mastership over if it has it. */
    void giveUp() {
        input(() -> {
            if (isMaster()) {
                world.story.tell(() -> this + " gives up");
                election.giveUp("it was handed over", clock.now());
            }
        });
    }

    /** Stands from now on, or no more. */
    void stand(boolean wanted) {
        input(() -> {
            world.story.tell(() -> this + (wanted ? " stands" : " withdraws"));
            election.stand(wanted, "it was told to", clock.now());
        });
    }

    /** Dies on the spot. */
    void kill() {
        world.story.tell(() -> this + " is killed");
        die();
        node.abandon();
        inputs.clear();
        listening = null;
        published = null;
        stepping = false;
        alarmed = false;
        freezesOnRequest = 0;
        election = new Election(address, stands, clock.now());
        node = new SimulatedNode(this, address);
        world.referee.died(this);
    }

    /** Is refused by ZooKeeper, so that its session cannot be used any more. */
    void reject() {
        input(() -> {
            if (listening != null) {
                world.story.tell(() -> this + " is rejected");
                node.abandon();
                long now = clock.now();
                election.rejected("so it goes", now + world.setting.timeout() / 2, now);
            }
        });
    }

    /** Freezes for a time as soon as it has sent its next request. */
    void freezeOnRequest(long time) {
        freezesOnRequest = time;
    }

    void freeze(long time) {
        world.story.tell(() -> this + " freezes");
        freeze();
        world.timeline.in(time, () -> {
            world.story.tell(() -> this + " thaws");
            thaw();
        });
    }

    private void input(Runnable input) {
        run(LOOP, () -> {
            inputs.add(input);
            if (stepping) {
                return;
            }
            stepping = true;
            for (Runnable next = inputs.poll(); next != null; next = inputs.poll()) {
                next.run();
                step();
            }
            stepping = false;
        });
    }

    private void step() {
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            long now = clock.now();
            Order order = election.next(now);
            publish(now);
            if (order instanceof Order.Idle idle) {
                wakeAt(idle.until());
                return;
            }
            carryOut(order);
        }
        throw new Violation(this + " does not come to rest");
    }

    private void carryOut(Order order) {
        if (order instanceof Order.Look look) {
            node.look(look, replyTo(look));
        } else if (order instanceof Order.Claim claim) {
            node.claim(claim, address, replyTo(claim));
        } else if (order instanceof Order.Restore restore) {
            node.restore(restore, address, replyTo(restore));
        } else if (order instanceof Order.Survey survey) {
            node.survey(survey, replyTo(survey));
        } else if (order instanceof Order.Join join) {
            node.join(join, address, replyTo(join));
        } else if (order instanceof Order.Reopen) {
            listening = null;
            node.close();
            open();
        }
        if (freezesOnRequest > 0 && order instanceof Order.Request) {
            freeze(freezesOnRequest);
            freezesOnRequest = 0;
        }
    }

    private Consumer<Reply> replyTo(Order.Request request) {
        lastRequest = request.number();
        return reply -> input(() -> {
            election.answered(request, reply, clock.now());
            boolean proof = reply instanceof Reply.Seen seen && seen.proven() || reply instanceof Reply.Claimed;
            if (proof && request.number() == lastRequest) {
                provenUntil = request.sent() + world.setting.timeout() * 6 / 10;
            }
        });
    }

    private void open() {
        listening = new NodeEvents();
        node.open(listening);
    }

    private void publish(long now) {
        published = election.mastership();
        if (world.mutant == Mutant.LEASE_WITHOUT_EVIDENCE) {
            published = withoutEvidence(published, now);
        }
        election.change(now).ifPresent(this::changed);
        world.referee.published(this);
    }

    private void changed(MastershipChange change) {
        world.story.tell(() -> this + " " + change.from() + " -> " + change.to() + ": " + change.cause());
        world.referee.changed(this, change);
    }

    private Mastership withoutEvidence(Mastership is, long now) {
        boolean own = is.session() != null
                && is.seat() instanceof Seat.Held held
                && held.master().session() == is.session().id();
        return own
                ? new Mastership(
                        is.self(),
                        is.stands(),
                        is.connection(),
                        is.session(),
                        is.seat(),
                        provenUntil,
                        is.trouble(),
                        is.seatSince(),
                        is.lineless(),
                        is.hindrance(),
                        is.exposure())
                : is;
    }

    private void wakeAt(long reading) {
        if (alarmed && alarm - reading <= 0) {
            return;
        }
        alarmed = true;
        alarm = reading;
        at(reading, LOOP, () -> {
            if (alarmed && alarm == reading) {
                alarmed = false;
                input(() -> {});
            }
        });
    }

    /** What one opening of the node tells; it falls silent when the node is closed or opened anew. */
    private final class NodeEvents implements MasterNode.Events {

        @Override
        public void connected(Session session, long attempt) {
            ifListening(() -> election.connected(session, attempt, clock.now()));
        }

        @Override
        public void disconnected(String why) {
            ifListening(() -> election.disconnected(why));
        }

        @Override
        public void hindered(String why) {
            throw new AssertionError("The model gives no reasons");
        }

        @Override
        public void exposed(String what) {
            throw new AssertionError("The model has no permissions");
        }

        @Override
        public void sessionEnded(String why) {
            ifListening(() -> election.sessionEnded(why, clock.now()));
        }

        @Override
        public void rejected(String why) {
            throw new AssertionError("The model does not reject by itself");
        }

        @Override
        public void stirred(boolean vacated) {
            ifListening(() -> election.stirred(vacated, clock.now()));
        }

        @Override
        public void left(String name) {
            ifListening(() -> election.left(name, clock.now()));
        }

        private void ifListening(Runnable event) {
            input(() -> {
                if (listening == this) {
                    event.run();
                }
            });
        }
    }
}
