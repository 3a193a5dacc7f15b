/**
 * The SQL of the network service. Every query of a tenant's things is by what the caller may see.
 */
@NullMarked
package io.virga.control.network.store;

import org.jspecify.annotations.NullMarked;
