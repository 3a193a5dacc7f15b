package io.virga.blockstore.scsi;

/** The bytes of a command descriptor block, big-endian; what is beyond its end reads as zero. */
record Cdb(byte[] bytes) {

  int u8(int at) {
    return at < bytes.length ? bytes[at] & 0xff : 0;
  }

  int u16(int at) {
    return u8(at) << 8 | u8(at + 1);
  }

  int u24(int at) {
    return u8(at) << 16 | u16(at + 1);
  }

  long u32(int at) {
    return (long) u16(at) << 16 | u16(at + 2);
  }

  long u64(int at) {
    return u32(at) << 32 | u32(at + 4);
  }

  boolean bit(int at, int mask) {
    return (u8(at) & mask) != 0;
  }

  int opcode() {
    return u8(0);
  }

  int serviceAction() {
    return u8(1) & 0x1f;
  }
}
