package io.virga.objectstore.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.dataplane.configuration.HostPort;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.remote.RemoteReplica;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.Replica.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class QuorumReadTest {

  private static final PartitionId PARTITION = new PartitionId(PartitionId.Kind.OBJECT, 0, 1);

  private final Map<Replica, Answer<String>> answers = new HashMap<>();

  /** A replica that answers so, or not at all. */
  private Replica replica(String text, boolean complete, boolean answers) {
    Replica replica =
        new RemoteReplica((peer, request, listener) -> () -> {}, new HostPort("n", 1), text);
    if (answers) {
      this.answers.put(replica, new Answer<>(text, complete));
    }
    return replica;
  }

  private CompletableFuture<Answer<String>> answer(Replica replica) {
    Answer<String> answer = answers.get(replica);
    return answer == null
        ? CompletableFuture.failedFuture(new StoreFailure.Unavailable("away"))
        : CompletableFuture.completedFuture(answer);
  }

  private List<String> ask(Slots.Slot... slots) {
    List<String> given = new ArrayList<>();
    QuorumRead.ask(new Slots(PARTITION, List.of(slots), List.of()), this::answer)
        .join()
        .forEach(one -> given.add(one.value()));
    return given;
  }

  private static Slots.Slot slot(Replica replica) {
    return new Slots.Slot(replica, Optional.empty(), false);
  }

  private static Slots.Slot moved(Replica to, Replica from) {
    return new Slots.Slot(to, Optional.of(from), false);
  }

  @Test
  void asksWhereASlotWasThatHasNotEverything() {
    assertThat(ask(moved(replica("new", false, true), replica("old", true, true))))
        .containsExactly("new", "old");
  }

  @Test
  void doesNotTakeNothingForAnAnswerWhileItMayBeWhereTheSlotWas() {
    Slots.Slot slot = moved(replica("new", false, true), replica("old", true, false));
    assertThatThrownBy(() -> ask(slot)).hasCauseInstanceOf(StoreFailure.Unavailable.class);
  }

  @Test
  void asksTheNextWhereASlotCannotSay() {
    assertThat(
            ask(
                moved(replica("new", false, true), replica("old", true, false)),
                slot(replica("b", true, true)),
                slot(replica("c", true, true))))
        .contains("b", "c");
  }

  @Test
  void believesAllSlotsTogetherIfNoneHasEverything() {
    assertThat(
            ask(
                slot(replica("a", false, true)),
                slot(replica("b", false, true)),
                slot(replica("c", false, true))))
        .containsExactly("a", "b", "c");
  }
}
