package io.virga.control.hosts;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.dataplane.tls.PeerIdentity;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Which processes of the data planes there are. A process is alive while it holds its watch stream
 * open; the database is written only when that changes.
 */
public final class Hosts {

  private static final Logger log = LoggerFactory.getLogger(Hosts.class);

  private static final String CONNECTED =
      """
      INSERT INTO host (service, name, connected_to, connected_since)
      VALUES (:service, :name, :control, now())
      ON CONFLICT (service, name) DO UPDATE
         SET connected_to = excluded.connected_to, connected_since = now(), changed_at = now()
      """;

  private static final String DISCONNECTED =
      """
      UPDATE host SET connected_to = NULL, connected_since = NULL, changed_at = now()
       WHERE service = :service AND name = :name AND connected_to = :control
      """;

  private static final String FORGET_CONNECTIONS =
      """
      UPDATE host SET connected_to = NULL, connected_since = NULL, changed_at = now()
       WHERE connected_to = :control
      """;

  private final KnownHosts known = new KnownHosts();
  private final Database database;
  private final String control;
  private final ConcurrentHashMap<PeerIdentity, Integer> streams = new ConcurrentHashMap<>();

  /**
   * @param control the name of this control process, unique among those of one database
   */
  public Hosts(Database database, String control) {
    this.database = database;
    this.control = control;
  }

  /** Clears what an earlier life of this process has left; before the agents' listener opens. */
  public Mono<Void> start() {
    return database.sql(FORGET_CONNECTIONS).bind("control", control).execute().then();
  }

  /** A stream of the agent has been opened. Completes when the agent counts as alive. */
  public Mono<Void> connected(PeerIdentity agent) {
    return Mono.defer(
        () -> streams.merge(agent, 1, Integer::sum) == 1 ? write(CONNECTED, agent) : Mono.empty());
  }

  /** A stream has ended. Never fails: what cannot be written is logged. */
  public void disconnected(PeerIdentity agent) {
    Optional<Integer> left =
        Optional.ofNullable(
            streams.computeIfPresent(agent, (key, open) -> open == 1 ? null : open - 1));
    if (left.isEmpty()) {
      write(DISCONNECTED, agent)
          .subscribe(done -> {}, e -> log.warn("cannot note that {} is gone", agent, e));
    }
  }

  /** As {@link KnownHosts#all}. */
  public Flux<Host> all(Session session, Optional<String> service) {
    return known.all(session, service);
  }

  private Mono<Void> write(String sql, PeerIdentity agent) {
    return database
        .sql(sql)
        .bind("service", agent.service())
        .bind("name", agent.host())
        .bind("control", control)
        .execute()
        .then();
  }
}
