package io.virga.objectstore.cluster;

import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.replica.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asks so many slots of a partition that one of them has seen every write that counted. A slot that
 * has moved and has not yet got everything answers together with where it was before, or not at
 * all: nobody else may have what it lacks. Runs on one thread: that of the executor on which the
 * replicas' answers come.
 *
 * @param <T> what a replica answers
 */
public final class QuorumRead<T> {

  private final Slots slots;
  private final Question<T> question;
  private final int needed;
  private final CompletableFuture<List<Given<T>>> result = new CompletableFuture<>();
  private final List<Given<T>> given = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private int asked;
  private int answered;
  private int complete;

  private QuorumRead(Slots slots, Question<T> question, int needed) {
    this.slots = slots;
    this.question = question;
    this.needed = needed;
  }

  /** What is asked. */
  public interface Question<T> {

    /** Whether a slot's answer counts without that of the device where it was. */
    default boolean isEnough(Slots.Slot slot, Replica.Answer<T> answer) {
      return answer.complete();
    }

    /** Of a slot. */
    CompletableFuture<Replica.Answer<T>> ask(Replica replica);

    /** Of the device where a slot was. */
    default CompletableFuture<Replica.Answer<T>> askPredecessor(Slots.Slot slot, Replica before) {
      return ask(before);
    }
  }

  /** An answer and whose it is. */
  public record Given<T>(Replica replica, T value) {}

  /**
   * Asks.
   *
   * @return the answers of as many replicas as were needed; fails with {@link
   *     StoreFailure.Unavailable} if too few could be had
   */
  public static <T> CompletableFuture<List<Given<T>>> ask(Slots slots, Question<T> question) {
    return ask(slots, question, slots.readQuorum(), slots.readQuorum());
  }

  /**
   * Asks all slots at once for what a majority must answer, so that no two who ask can both be
   * answered without one hearing of the other.
   */
  public static <T> CompletableFuture<List<Given<T>>> askMajority(
      Slots slots, Question<T> question) {
    return ask(slots, question, slots.writeQuorum(), slots.count());
  }

  private static <T> CompletableFuture<List<Given<T>>> ask(
      Slots slots, Question<T> question, int needed, int atOnce) {
    if (slots.isSingle()) {
      Replica only = slots.slots().getFirst().replica();
      return question.ask(only).thenApply(answer -> List.of(new Given<>(only, answer.row())));
    }
    QuorumRead<T> read = new QuorumRead<>(slots, question, needed);
    for (int i = 0; i < atOnce; i++) {
      read.askNext();
    }
    return read.result;
  }

  private void askNext() {
    if (asked < slots.count()) {
      Slots.Slot slot = slots.slots().get(asked++);
      question
          .ask(slot.replica())
          .whenComplete(
              (answer, failure) -> {
                if (failure != null) {
                  fail(failure);
                } else {
                  take(slot, answer);
                }
              });
    }
  }

  private void take(Slots.Slot slot, Replica.Answer<T> answer) {
    given.add(new Given<>(slot.replica(), answer.row()));
    Optional<Replica> before = slot.predecessor();
    if (before.isEmpty() || question.isEnough(slot, answer)) {
      settle(answer.complete());
      return;
    }
    question
        .askPredecessor(slot, before.get())
        .whenComplete(
            (older, failure) -> {
              if (failure != null) {
                fail(failure);
              } else {
                given.add(new Given<>(before.get(), older.row()));
                settle(answer.complete() || older.complete());
              }
            });
  }

  private void settle(boolean all) {
    answered++;
    complete += all ? 1 : 0;
    if (complete >= needed || answered == slots.count()) {
      result.complete(List.copyOf(given));
    } else if (!all) {
      askNext();
    }
    giveUpIfHopeless();
  }

  private void fail(Throwable failure) {
    failures.add(failure);
    askNext();
    giveUpIfHopeless();
  }

  private void giveUpIfHopeless() {
    boolean nothingOpen = asked == slots.count() && answered + failures.size() == asked;
    if (nothingOpen && !result.isDone()) {
      StoreFailure.Unavailable unavailable =
          new StoreFailure.Unavailable(
              "only %d of the %d replicas that must answer for partition %d of %s do"
                  .formatted(
                      complete, needed, slots.partition().number(), slots.partition().kind()));
      failures.forEach(unavailable::addSuppressed);
      result.completeExceptionally(unavailable);
    }
  }
}
