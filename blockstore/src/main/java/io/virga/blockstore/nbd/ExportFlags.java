package io.virga.blockstore.nbd;

import io.virga.blockstore.device.BlockDevice;

/** What a client is told of an export (proto.md, "Transmission flags"). */
final class ExportFlags {

  private ExportFlags() {}

  static int of(BlockDevice device, boolean structured) {
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
