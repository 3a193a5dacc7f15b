package io.virga.blockstore.scsi;

import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Keeps reservations for as long as it lives itself, which is longer than a unit. */
public final class MemoryReservations implements ReservationStore {

  private final Map<String, byte[]> saved = new HashMap<>();

  @Override
  public Optional<byte[]> load(String unit) {
    return Optional.ofNullable(saved.get(unit));
  }

  @Override
  public void save(String unit, byte[] state, Completion completion) {
    saved.put(unit, state);
    completion.done(Outcome.OK);
  }
}
