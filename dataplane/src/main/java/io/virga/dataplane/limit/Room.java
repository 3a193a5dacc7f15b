package io.virga.dataplane.limit;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** Room for so many at once. Thread-safe; never blocks. */
public final class Room {

  private final int places;
  private final Semaphore free;

  /**
   * @param places at least 1
   */
  public Room(int places) {
    this.places = places;
    this.free = new Semaphore(places);
  }

  /** How many there may be. */
  public int places() {
    return places;
  }

  /** Whether there is none left, for now. */
  public boolean isFull() {
    return free.availablePermits() == 0;
  }

  /** A place of one's own; empty if there is none left. */
  public Optional<Place> enter() {
    return free.tryAcquire() ? Optional.of(new Place()) : Optional.empty();
  }

  /** One of the places, which is given back once, however often it is left. */
  public final class Place {

    private final AtomicBoolean left = new AtomicBoolean();

    private Place() {}

    /** Gives it back; false if that has been done. */
    public boolean leave() {
      if (left.getAndSet(true)) {
        return false;
      }
      free.release();
      return true;
    }

    /** Whether it has been given back. */
    public boolean isLeft() {
      return left.get();
    }
  }
}
