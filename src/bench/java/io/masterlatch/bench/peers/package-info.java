/** The ways to elect a leader that are measured, each behind the same few calls. */
package io.masterlatch.bench.peers;
