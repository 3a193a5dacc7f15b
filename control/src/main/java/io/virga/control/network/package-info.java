/** The network service, {@code /network/v2.0}. */
@NullMarked
package io.virga.control.network;

import org.jspecify.annotations.NullMarked;
