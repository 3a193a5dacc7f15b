package io.virga.objectstore.store;

import io.virga.objectstore.device.Change;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Entry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The changes of accounts and containers, as they are decided on the device. */
final class ContainerChanges {

  private ContainerChanges() {}

  /** The container is there from now on; true if it was not before. */
  static Change<Result<Boolean>> put(
      ContainerPath path, UnaryOperator<Map<String, String>> metadata, boolean mustBeNew) {
    return (view, now) -> {
      Optional<ContainerRow> old = view.container(path);
      if (old.isPresent() && mustBeNew) {
        return Change.Decision.unchanged(Result.refused(Result.Refusal.EXISTS));
      }
      Map<String, String> before = old.map(ContainerRow::metadata).orElse(Map.of());
      Map<String, String> after = metadata.apply(before);
      if (old.isPresent() && after.equals(before)) {
        return Change.Decision.unchanged(new Result.Done<>(false));
      }
      Entry entry = new Entry.PutContainer(path, now.micros(), now, after);
      return new Change.Decision<>(List.of(entry), new Result.Done<>(old.isEmpty()));
    };
  }

  /** The container, which must be there, has other metadata from now on. */
  static Change<Result<Boolean>> update(
      ContainerPath path, UnaryOperator<Map<String, String>> metadata) {
    Change<Result<Boolean>> put = put(path, metadata, false);
    return (view, now) ->
        view.container(path).isEmpty()
            ? Change.Decision.unchanged(Result.refused(Result.Refusal.NO_CONTAINER))
            : put.decide(view, now);
  }

  /** The container is gone from now on. */
  static Change<Result<Boolean>> delete(ContainerPath path) {
    return (view, now) -> {
      Optional<ContainerRow> old = view.container(path);
      if (old.isEmpty()) {
        return Change.Decision.unchanged(Result.refused(Result.Refusal.NO_CONTAINER));
      }
      if (old.get().objects() > 0) {
        return Change.Decision.unchanged(Result.refused(Result.Refusal.NOT_EMPTY));
      }
      return new Change.Decision<>(
          List.of(new Entry.DeleteContainer(path, now)), new Result.Done<>(true));
    };
  }

  /** The account has other metadata from now on, and is there. */
  static Change<Result<Boolean>> putAccount(
      String account, UnaryOperator<Map<String, String>> metadata) {
    return (view, now) -> {
      Optional<ContainerRow> old = view.account(account);
      Map<String, String> after = metadata.apply(old.map(ContainerRow::metadata).orElse(Map.of()));
      return new Change.Decision<>(
          List.of(new Entry.PutAccount(account, now, after)), new Result.Done<>(old.isEmpty()));
    };
  }
}
