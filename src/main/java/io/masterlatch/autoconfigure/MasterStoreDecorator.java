package io.masterlatch.autoconfigure;

import io.masterlatch.election.MasterStore;

/** Wraps the store of the election before the latch takes it, for example to measure what passes through it. */
@FunctionalInterface
public interface MasterStoreDecorator {

    /** Returns a store that passes everything on to another. */
    MasterStore decorate(MasterStore store);
}
