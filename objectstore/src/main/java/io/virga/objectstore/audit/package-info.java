/**
 * Keeps what a device has good: reads every byte of every object again and again, sets damaged
 * bytes apart, has them replaced by a good copy of another replica, and forgets what was deleted
 * long ago.
 */
@NullMarked
package io.virga.objectstore.audit;

import org.jspecify.annotations.NullMarked;
