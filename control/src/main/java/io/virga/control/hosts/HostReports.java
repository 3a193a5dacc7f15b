package io.virga.control.hosts;

import io.virga.control.database.Transaction;
import io.virga.control.watch.ObservedHandler;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.watch.ObservedState;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Takes in what a process says of its own host: capacity, hypervisor, addresses. */
public final class HostReports implements ObservedHandler {

  private static final String REPORTED =
      """
      UPDATE host
         SET vcpus = coalesce(:vcpus, vcpus), memory_bytes = coalesce(:memory, memory_bytes),
             disk_bytes = coalesce(:disk, disk_bytes),
             disk_used_bytes = coalesce(:diskUsed, disk_used_bytes),
             details = CAST(:details AS jsonb), changed_at = now()
       WHERE service = :service AND name = :name
      """;

  @Override
  public String kind() {
    return "host";
  }

  @Override
  public Mono<Void> observed(Transaction transaction, PeerIdentity agent, ObservedState state) {
    return transaction
        .sql(REPORTED)
        .bind("vcpus", number(state, "vcpus").map(Long::intValue), Integer.class)
        .bind("memory", number(state, "memoryBytes"), Long.class)
        .bind("disk", number(state, "diskBytes"), Long.class)
        .bind("diskUsed", number(state, "diskUsedBytes"), Long.class)
        .bindJson("details", state.details())
        .bind("service", agent.service())
        .bind("name", agent.host())
        .execute()
        .then();
  }

  private static Optional<Long> number(ObservedState state, String name) {
    return Optional.ofNullable(state.details().get(name))
        .filter(text -> text.matches("[0-9]{1,18}"))
        .map(Long::parseLong);
  }
}
