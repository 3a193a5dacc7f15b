package io.virga.blockstore.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.scsi.Operation.Access;
import io.virga.blockstore.scsi.ReservationTable.Effect;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Persistent reservations (SPC-4 §5.13). */
class ReservationTableTest {

  private static final NexusName A = new NexusName("iqn.a,i,0x1", "t");
  private static final NexusName B = new NexusName("iqn.b,i,0x1", "t");
  private static final NexusName C = new NexusName("iqn.c,i,0x1", "t");

  private final ReservationTable table = new ReservationTable();

  private void register(NexusName name, long key) {
    assertGood(table.register(name, 0, key, false, false));
  }

  private static void assertGood(Effect effect) {
    assertThat(effect.result()).isEqualTo(Result.GOOD);
  }

  private static void assertConflict(Effect effect) {
    assertThat(effect.result()).isEqualTo(Result.CONFLICT);
  }

  @Test
  void registersOnlyWithTheRightKey() {
    assertConflict(table.register(A, 5, 1, false, false));
    register(A, 1);
    assertConflict(table.register(A, 2, 3, false, false));
    assertGood(table.register(A, 1, 3, false, false));
    assertGood(table.register(A, 99, 4, true, false));
    assertThat(table.keys()).containsEntry(A, 4L);
    assertThat(table.generation()).isEqualTo(3);
  }

  @Test
  void reservationsForbidWhatTheirTypeSays() {
    register(A, 1);
    register(B, 2);
    for (ReservationType type : ReservationType.values()) {
      assertGood(table.reserve(A, 1, type));
      assertThat(table.forbids(A, Access.WRITE)).isFalse();
      assertThat(table.forbids(B, Access.WRITE)).isEqualTo(!type.sharedByRegistrants());
      assertThat(table.forbids(C, Access.WRITE)).isTrue();
      assertThat(table.forbids(C, Access.READ)).isEqualTo(!type.letsAllRead());
      assertThat(table.forbids(C, Access.ANY)).isFalse();
      assertGood(table.release(A, 1, type));
    }
  }

  @Test
  void oneHoldsAtATime() {
    register(A, 1);
    register(B, 2);
    assertGood(table.reserve(A, 1, ReservationType.WRITE_EXCLUSIVE));
    assertGood(table.reserve(A, 1, ReservationType.WRITE_EXCLUSIVE));
    assertConflict(table.reserve(A, 1, ReservationType.EXCLUSIVE_ACCESS));
    assertConflict(table.reserve(B, 2, ReservationType.WRITE_EXCLUSIVE));
    assertGood(table.release(B, 2, ReservationType.WRITE_EXCLUSIVE));
    assertThat(table.isHolder(A)).isTrue();
    assertThat(table.release(A, 1, ReservationType.EXCLUSIVE_ACCESS).result())
        .isEqualTo(new Result.Check(Sense.INVALID_RELEASE, false));
  }

  @Test
  void registrantsHearThatASharedReservationIsOver() {
    register(A, 1);
    register(B, 2);
    assertGood(table.reserve(A, 1, ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY));

    Effect effect = table.register(A, 1, 0, false, false);

    assertThat(effect.attentions()).containsEntry(B, Sense.RESERVATIONS_RELEASED);
    assertThat(table.held()).isEmpty();
  }

  @Test
  void allRegistrantsHoldUntilTheLastHasGone() {
    register(A, 1);
    register(B, 2);
    assertGood(table.reserve(A, 1, ReservationType.EXCLUSIVE_ACCESS_ALL_REGISTRANTS));
    assertGood(table.register(A, 1, 0, false, false));
    assertThat(table.isHolder(B)).isTrue();
    assertGood(table.register(B, 2, 0, false, false));
    assertThat(table.held()).isEmpty();
  }

  @Test
  void preemptTakesTheReservationAndTellsWhoLostIt() {
    register(A, 1);
    register(B, 2);
    register(C, 3);
    assertGood(table.reserve(A, 1, ReservationType.WRITE_EXCLUSIVE));

    Effect effect = table.preempt(B, 2, 1, ReservationType.EXCLUSIVE_ACCESS);

    assertGood(effect);
    assertThat(effect.preempted()).containsExactly(A);
    assertThat(effect.attentions())
        .containsEntry(A, Sense.REGISTRATIONS_PREEMPTED)
        .containsEntry(C, Sense.RESERVATIONS_RELEASED);
    assertThat(table.isHolder(B)).isTrue();
    assertThat(table.keys()).doesNotContainKey(A);
    assertConflict(table.preempt(B, 2, 77, ReservationType.EXCLUSIVE_ACCESS));
    assertThat(table.preempt(B, 2, 0, ReservationType.EXCLUSIVE_ACCESS).result())
        .isInstanceOf(Result.Check.class);
  }

  @Test
  void moveHandsTheReservationOn() {
    register(A, 1);
    assertGood(table.reserve(A, 1, ReservationType.WRITE_EXCLUSIVE));
    assertConflict(table.move(B, 0, C, 9, new ReservationTable.MoveOptions(false, false)));

    assertGood(table.move(A, 1, B, 9, new ReservationTable.MoveOptions(true, false)));

    assertThat(table.isHolder(B)).isTrue();
    assertThat(table.keys()).containsOnlyKeys(B);
  }

  @Test
  void clearEndsEverything() {
    register(A, 1);
    register(B, 2);
    assertGood(table.reserve(B, 2, ReservationType.WRITE_EXCLUSIVE));

    Effect effect = table.clear(A, 1);

    assertThat(effect.attentions()).containsOnlyKeys(B);
    assertThat(table.keys()).isEmpty();
    assertThat(table.held()).isEmpty();
  }

  @Test
  void whatWasSavedIsRestored() {
    assertGood(table.register(A, 0, 1, false, true));
    assertGood(table.register(B, 0, 2, false, true));
    assertGood(table.reserve(B, 2, ReservationType.EXCLUSIVE_ACCESS_REGISTRANTS_ONLY));
    byte[] saved = ReservationCodec.encode(table);
    ReservationTable again = new ReservationTable();

    assertThat(ReservationCodec.decode(saved, again)).isTrue();

    assertThat(again.keys()).isEqualTo(table.keys());
    assertThat(again.held()).isEqualTo(table.held());
    assertThat(again.persistent()).isTrue();
    for (int length = 0; length < saved.length; length++) {
      byte[] torn = java.util.Arrays.copyOf(saved, length);
      assertThat(ReservationCodec.decode(torn, new ReservationTable())).isFalse();
    }
  }

  @Test
  void aHolderIsAlwaysRegistered() {
    Random random = new Random(42);
    NexusName[] names = {A, B, C};
    ReservationType[] types = ReservationType.values();
    for (int i = 0; i < 20_000; i++) {
      NexusName name = names[random.nextInt(3)];
      long key = table.keys().getOrDefault(name, 0L);
      ReservationType type = types[random.nextInt(types.length)];
      switch (random.nextInt(6)) {
        case 0 -> table.register(name, key, random.nextInt(4), false, false);
        case 1 -> table.reserve(name, key, type);
        case 2 -> table.release(name, key, type);
        case 3 -> table.preempt(name, key, random.nextInt(4), type);
        case 4 ->
            table.move(
                name,
                key,
                names[random.nextInt(3)],
                1,
                new ReservationTable.MoveOptions(random.nextBoolean(), false));
        default -> {
          if (random.nextInt(20) == 0) {
            table.clear(name, key);
          }
        }
      }
      boolean heldByNobody =
          table.held().isPresent() && table.keys().keySet().stream().noneMatch(table::isHolder);
      assertThat(heldByNobody).as("seed 42, step %d", i).isFalse();
    }
  }
}
