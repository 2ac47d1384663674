package io.masterlatch.election;

/** Why the lease was free to be claimed. */
public enum TakeOver {
    /** The former master released it. */
    RELEASED,
    /** The former master did not renew it in time; its session was still alive. */
    LAPSED,
    /** The former master did not renew it in time, and its session had ended. */
    EXPIRED,
    /** No instance held it. */
    UNHELD,
    /** It is this instance's own. Its node was deleted, or belonged to a former session. */
    OWN
}
