package io.virga.objectstore.swift.tempurl;

import java.net.InetAddress;
import java.util.Optional;

/** Addresses that begin with the same bits: {@code 192.0.2.0/24}, {@code 2001:db8::1}. */
record AddressRange(byte[] network, int prefixBits) {

  static Optional<AddressRange> parse(String text) {
    try {
      String[] parts = text.split("/", 2);
      byte[] network = InetAddress.ofLiteral(parts[0]).getAddress();
      int bits = network.length * 8;
      if (parts.length > 1) {
        if (!parts[1].matches("[0-9]{1,3}") || Integer.parseInt(parts[1]) > bits) {
          return Optional.empty();
        }
        bits = Integer.parseInt(parts[1]);
      }
      AddressRange range = new AddressRange(network, bits);
      return range.hasHostBits() ? Optional.empty() : Optional.of(range);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private boolean hasHostBits() {
    for (int bit = prefixBits; bit < network.length * 8; bit++) {
      if (bit(network, bit) != 0) {
        return true;
      }
    }
    return false;
  }

  boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length != network.length) {
      return false;
    }
    for (int bit = 0; bit < prefixBits; bit++) {
      if (bit(bytes, bit) != bit(network, bit)) {
        return false;
      }
    }
    return true;
  }

  private static int bit(byte[] bytes, int index) {
    return bytes[index / 8] >> (7 - index % 8) & 1;
  }
}
