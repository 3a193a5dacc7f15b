/** The PostgreSQL that comes with Virga: its binaries, its data directory and its command line. */
@NullMarked
package io.virga.control.database.embedded;

import org.jspecify.annotations.NullMarked;
