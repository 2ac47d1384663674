/** Benchmarks of the service beside its peers; see docs/benchmarks.md. */
package io.masterlatch.bench;
