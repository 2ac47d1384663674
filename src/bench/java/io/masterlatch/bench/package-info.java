/** Benchmarks of the service beside its peers. */
package io.masterlatch.bench;
