/** What is in the directory deploy, tried with the programs that it is for. */
package io.masterlatch.deploy;
