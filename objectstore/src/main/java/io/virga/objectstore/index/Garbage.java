package io.virga.objectstore.index;

import io.virga.objectstore.record.BinaryReader;
import io.virga.objectstore.record.BinaryWriter;
import io.virga.objectstore.record.ContainerPath;

/**
 * Objects in a container of the store's own that nothing names any more, by the prefix of names.
 */
public record Garbage(String id, ContainerPath container, String prefix) {

  byte[] encode() {
    return new BinaryWriter(64)
        .text(container.account())
        .text(container.container())
        .text(prefix)
        .toBytes();
  }

  static Garbage decode(String id, byte[] bytes) {
    BinaryReader in = new BinaryReader(bytes);
    return new Garbage(id, new ContainerPath(in.text(), in.text()), in.text());
  }
}
