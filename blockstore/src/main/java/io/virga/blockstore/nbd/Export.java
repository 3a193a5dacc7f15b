package io.virga.blockstore.nbd;

import io.virga.blockstore.device.BlockDevice;

/**
 * An open door to a device; the device belongs to the loop that the connections run on.
 *
 * @param host whose peers may know of it: the name in their certificates, or this host's for those
 *     who come by the unix socket or the loopback
 */
public record Export(String name, BlockDevice device, String host) {

  int flags(boolean structured) {
    int flags =
        Wire.EXPORT_HAS_FLAGS
            | Wire.EXPORT_SEND_FLUSH
            | Wire.EXPORT_CAN_MULTI_CONN
            | Wire.EXPORT_SEND_CACHE;
    if (structured) {
      flags |= Wire.EXPORT_SEND_DF;
    }
    if (device.readOnly()) {
      return flags | Wire.EXPORT_READ_ONLY;
    }
    return flags
        | Wire.EXPORT_SEND_FUA
        | Wire.EXPORT_SEND_TRIM
        | Wire.EXPORT_SEND_WRITE_ZEROES
        | Wire.EXPORT_SEND_FAST_ZERO;
  }
}
