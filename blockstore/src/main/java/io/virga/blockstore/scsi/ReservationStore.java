package io.virga.blockstore.scsi;

import io.virga.blockstore.device.Completion;
import java.util.Optional;

/** Where reservations that are to survive a loss of power are kept. Everything on the loop. */
public interface ReservationStore {

  /** What was last saved for the unit. */
  Optional<byte[]> load(String unit);

  /** Keeps it instead of what was saved before; done once it is durable. Empty forgets the unit. */
  void save(String unit, byte[] state, Completion completion);
}
