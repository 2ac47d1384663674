/** Benchmarks of the service and its peers. */
package io.masterlatch.bench;
