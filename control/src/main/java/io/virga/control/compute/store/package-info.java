/** The SQL of the compute service, and the scheduler, which is one statement of it. */
@NullMarked
package io.virga.control.compute.store;

import org.jspecify.annotations.NullMarked;
