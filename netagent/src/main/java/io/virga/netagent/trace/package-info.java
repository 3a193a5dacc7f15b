/** What becomes of one packet, table by table and in words, by the flows that are desired. */
@NullMarked
package io.virga.netagent.trace;

import org.jspecify.annotations.NullMarked;
