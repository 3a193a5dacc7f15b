/** The service around the engine: settings, desired state, reports, and the process's parts. */
@NullMarked
package io.virga.blockstore.agent;

import org.jspecify.annotations.NullMarked;
