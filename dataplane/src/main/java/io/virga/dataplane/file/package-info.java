/**
 * File I/O that completes on event loops: on the loop's own ring where there is one, on a small
 * pool of threads elsewhere.
 */
@NullMarked
package io.virga.dataplane.file;

import org.jspecify.annotations.NullMarked;
