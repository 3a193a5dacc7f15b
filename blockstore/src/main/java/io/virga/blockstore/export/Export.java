package io.virga.blockstore.export;

import io.virga.blockstore.device.BlockDevice;
import io.virga.dataplane.desired.IscsiAccess;
import java.util.Optional;

/**
 * An open door to a device; the device belongs to the loop that the connections run on.
 *
 * @param name of the attachment: never used again for another
 * @param volume what it leads to; several doors may lead to one volume
 * @param host whose peers may know of it: the name in their certificates, or this host's for those
 *     who come by the unix socket or the loopback
 * @param iscsi who may open it over iSCSI; over NBD nobody may then
 */
public record Export(
    String name, String volume, BlockDevice device, String host, Optional<IscsiAccess> iscsi) {

  /** A door over NBD. */
  public Export(String name, String volume, BlockDevice device, String host) {
    this(name, volume, device, host, Optional.empty());
  }
}
