/**
 * A storage device: a directory with journal, data segments and index, one commit thread, and what
 * keeps it tidy.
 */
@NullMarked
package io.virga.objectstore.device;

import org.jspecify.annotations.NullMarked;
