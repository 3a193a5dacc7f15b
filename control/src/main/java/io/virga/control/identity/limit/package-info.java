/** Unified limits: what services ask for when they keep to Keystone's limits. */
@NullMarked
package io.virga.control.identity.limit;

import org.jspecify.annotations.NullMarked;
