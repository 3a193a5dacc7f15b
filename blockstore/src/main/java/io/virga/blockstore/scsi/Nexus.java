package io.virga.blockstore.scsi;

import io.virga.blockstore.device.BlockDevice;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** An initiator port's way to the unit through one target port (SAM-5 §4.7). */
public final class Nexus {

  private final NexusName name;
  private final BlockDevice device;
  private final CopyUnit.Reach reach;
  private final Set<Sense> attentions = new LinkedHashSet<>();
  private long knownBytes;

  /** A way that has just been opened, from which no copy reaches other units. */
  public Nexus(NexusName name, BlockDevice device) {
    this(name, device, CopyUnit.Reach.NOBODY);
  }

  /** A way that has just been opened. */
  public Nexus(NexusName name, BlockDevice device, CopyUnit.Reach reach) {
    this.name = name;
    this.device = device;
    this.reach = reach;
    this.knownBytes = device.sizeBytes();
    attentions.add(Sense.POWER_ON);
  }

  /** Who is at its ends. */
  public NexusName name() {
    return name;
  }

  /** What a copy reaches that comes by this way. */
  CopyUnit.Reach reach() {
    return reach;
  }

  BlockDevice device() {
    return device;
  }

  /** Something that the initiator has to hear first; each condition once, so there are few. */
  void attention(Sense sense) {
    attentions.add(sense);
  }

  /** The next of them, which is then over. */
  Optional<Sense> takeAttention() {
    long bytes = device.sizeBytes();
    if (bytes != knownBytes) {
      knownBytes = bytes;
      attentions.add(Sense.CAPACITY_CHANGED);
    }
    Optional<Sense> first = attentions.stream().findFirst();
    first.ifPresent(attentions::remove);
    return first;
  }
}
