/** JSON as it travels between the processes and lies on their disks. */
@NullMarked
package io.virga.dataplane.json;

import org.jspecify.annotations.NullMarked;
