/** What the network service keeps: one record a table. */
@NullMarked
package io.virga.control.network.model;

import org.jspecify.annotations.NullMarked;
