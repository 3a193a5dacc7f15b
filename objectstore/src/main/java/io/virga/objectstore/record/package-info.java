/**
 * What is kept on a device and how it looks there: entries, rows, journal frames and data blocks.
 * Formats carry versions; decoding never throws and never trusts a length.
 */
@NullMarked
package io.virga.objectstore.record;

import org.jspecify.annotations.NullMarked;
