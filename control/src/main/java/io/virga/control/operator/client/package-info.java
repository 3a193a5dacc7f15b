/** The files by which stock clients find the cloud and log in. */
@NullMarked
package io.virga.control.operator.client;

import org.jspecify.annotations.NullMarked;
