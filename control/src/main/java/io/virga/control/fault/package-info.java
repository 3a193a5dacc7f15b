/** What can go wrong with a request, and how each OpenStack service words it in its own body. */
@NullMarked
package io.virga.control.fault;

import org.jspecify.annotations.NullMarked;
