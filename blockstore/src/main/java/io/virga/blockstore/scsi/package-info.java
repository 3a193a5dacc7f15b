/**
 * A disk as SCSI sees it (SPC-4, SBC-3) over a block device: commands, sense data, mode and inquiry
 * pages, reservations. It knows no transport and no threads: everything runs on the device's loop.
 */
@NullMarked
package io.virga.blockstore.scsi;

import org.jspecify.annotations.NullMarked;
