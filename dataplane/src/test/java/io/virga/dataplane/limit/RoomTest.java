package io.virga.dataplane.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A bound that holds whoever leaves twice. */
final class RoomTest {

  @Test
  void letsInAsManyAsThereArePlaces() {
    Room room = new Room(2);
    assertThat(room.enter()).isPresent();
    assertThat(room.isFull()).isFalse();
    assertThat(room.enter()).isPresent();
    assertThat(room.isFull()).isTrue();
    assertThat(room.enter()).isEmpty();
  }

  @Test
  void aPlaceIsGivenBackOnce() {
    Room room = new Room(1);
    Room.Place place = room.enter().orElseThrow();
    assertThat(place.isLeft()).isFalse();
    assertThat(place.leave()).isTrue();
    assertThat(place.leave()).isFalse();
    assertThat(place.isLeft()).isTrue();
    assertThat(room.enter()).isPresent();
    assertThat(room.enter()).isEmpty();
  }
}
