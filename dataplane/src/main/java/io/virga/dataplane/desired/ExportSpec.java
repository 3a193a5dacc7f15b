package io.virga.dataplane.desired;

import java.util.Optional;

/**
 * One attachment's door to a volume.
 *
 * @param name {@code <volume id>.<epoch>}: never used again for another attachment
 * @param epoch counts the attachments of the volume; from 1
 * @param host whose peers may open it, or the blockstore's own host; nobody else is told of it
 * @param iscsi who may open it over iSCSI, and then over that alone; it is opened over NBD
 *     otherwise
 */
public record ExportSpec(
    String name, long epoch, boolean readOnly, Optional<String> host, Optional<IscsiAccess> iscsi) {

  /** A door over NBD for the peers of the blockstore's own host. */
  public ExportSpec(String name, long epoch, boolean readOnly) {
    this(name, epoch, readOnly, Optional.empty(), Optional.empty());
  }
}
