/** The routes of Neutron's v2.0 API. */
@NullMarked
package io.virga.control.network.api;

import org.jspecify.annotations.NullMarked;
