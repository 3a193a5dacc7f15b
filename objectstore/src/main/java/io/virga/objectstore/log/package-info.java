/**
 * The files of a device: the journal that makes writes durable, and the data segments that hold the
 * bytes of larger objects.
 */
@NullMarked
package io.virga.objectstore.log;

import org.jspecify.annotations.NullMarked;
