/**
 * The engine: pools of slots, the volumes that lie in them, and what makes their changes durable.
 * Everything of a pool runs on one event loop.
 */
@NullMarked
package io.virga.blockstore.engine;

import org.jspecify.annotations.NullMarked;
