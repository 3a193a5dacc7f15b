/**
 * How ports and default groups come to be and go, for the API and for the compute service alike.
 */
@NullMarked
package io.virga.control.network.port;

import org.jspecify.annotations.NullMarked;
