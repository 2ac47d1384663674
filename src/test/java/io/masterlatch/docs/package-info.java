/** What the documentation says is true: its settings, its links and its snippets. */
package io.masterlatch.docs;
