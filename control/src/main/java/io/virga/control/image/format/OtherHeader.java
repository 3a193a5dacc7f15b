package io.virga.control.image.format;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Formats of which no more is known than how they begin. */
enum OtherHeader implements DiskHeader {
  VHDX("vhdx", "vhdxfile"),
  QED("qed", "QED\0"),
  VMDK_OF_ESX("vmdk of ESX", "COWD"),
  PARALLELS("parallels", "WithoutFreeSpace"),
  PARALLELS_EXTENDED("parallels", "WithouFreSpacExt");

  private final String format;
  private final String magic;

  OtherHeader(String format, String magic) {
    this.format = format;
    this.magic = magic;
  }

  static Optional<OtherHeader> of(ByteBuffer head) {
    return Arrays.stream(values()).filter(one -> DiskHeader.begins(head, one.magic)).findFirst();
  }

  @Override
  public String format() {
    return format;
  }

  @Override
  public void check(long maxVirtualBytes) {
    // What is in it is not looked into: no disk is made of it here.
  }
}
