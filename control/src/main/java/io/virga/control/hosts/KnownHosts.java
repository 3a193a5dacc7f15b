package io.virga.control.hosts;

import io.virga.control.database.Session;
import java.util.Collection;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is known of the processes of the data planes, and what an administrator says of them. */
public final class KnownHosts {

  private static final String SELECT =
      """
      SELECT service, name, connected_to IS NOT NULL AS connected, vcpus, memory_bytes, disk_bytes,
             disk_used_bytes, details::text AS details, disabled, disabled_reason, forced_down, changed_at
        FROM host
      """;
  private static final String ALL =
      SELECT + " WHERE :service = '' OR service = :service ORDER BY service, name";
  private static final String NAMED = SELECT + " WHERE service = :service AND name = ANY(:names)";

  /** Every known process, of one service or of all. */
  public Flux<Host> all(Session session, Optional<String> service) {
    return session.sql(ALL).bind("service", service.orElse("")).all(Host::of);
  }

  /** Those processes of one service that have the names. */
  public Flux<Host> named(Session session, String service, Collection<String> names) {
    return session
        .sql(NAMED)
        .bind("service", service)
        .bind("names", names.toArray(String[]::new))
        .all(Host::of);
  }

  /** An administrator's word whether anything new is placed there. */
  public Mono<Void> disable(Session session, Host host, boolean disabled, Optional<String> reason) {
    return session
        .sql(
            """
            UPDATE host SET disabled = :disabled, disabled_reason = :reason
             WHERE service = :service AND name = :name
            """)
        .bind("disabled", disabled)
        .bind("reason", reason.filter(text -> disabled), String.class)
        .bind("service", host.service())
        .bind("name", host.name())
        .execute()
        .then();
  }

  /** An administrator's word whether the process counts as away. */
  public Mono<Void> force(Session session, Host host, boolean down) {
    return session
        .sql("UPDATE host SET forced_down = :down WHERE service = :service AND name = :name")
        .bind("down", down)
        .bind("service", host.service())
        .bind("name", host.name())
        .execute()
        .then();
  }

  /** Forgets a process that is not connected; a connected one stays. */
  public Mono<Void> forget(Session session, Host host) {
    return session
        .sql("DELETE FROM host WHERE service = :service AND name = :name AND connected_to IS NULL")
        .bind("service", host.service())
        .bind("name", host.name())
        .execute()
        .then();
  }
}
