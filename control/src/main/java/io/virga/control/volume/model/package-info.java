/** What the volume service keeps: volumes, snapshots, attachments, types. */
@NullMarked
package io.virga.control.volume.model;

import org.jspecify.annotations.NullMarked;
