package io.virga.blockstore.scsi;

import io.virga.dataplane.digest.Sha256;
import java.nio.ByteBuffer;

/**
 * What a unit is called.
 *
 * @param serial its serial number: the volume's id
 * @param locallyAssignedName the NAA name, of the serial number's digest
 */
public record UnitIdentity(String serial, long locallyAssignedName) {

  static final String VENDOR = "VIRGA   ";
  static final String PRODUCT = "Volume          ";
  static final String REVISION = "0001";

  /** The one target port of each target, and its group. */
  static final int TARGET_PORT = 1;

  private static final int LOCALLY_ASSIGNED = 3;

  /** That of a volume. */
  public UnitIdentity(String serial) {
    this(serial, locallyAssignedName(serial));
  }

  private static long locallyAssignedName(String serial) {
    return (long) LOCALLY_ASSIGNED << 60 | ByteBuffer.wrap(Sha256.of(serial)).getLong() >>> 4;
  }
}
