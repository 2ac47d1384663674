package io.masterlatch.autoconfigure;

import io.masterlatch.election.MasterStore;

/** Wraps the store of the election before the latch uses it, for example to measure its requests. */
@FunctionalInterface
public interface MasterStoreDecorator {

    /** Returns a store that delegates to another one. */
    MasterStore decorate(MasterStore store);
}
