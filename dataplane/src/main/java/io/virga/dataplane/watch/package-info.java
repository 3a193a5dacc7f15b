/**
 * The one stream between control and an agent: the messages, and the agent's client. First
 * everything that is desired of the host, then every change since revision R, for ever.
 */
@NullMarked
package io.virga.dataplane.watch;

import org.jspecify.annotations.NullMarked;
