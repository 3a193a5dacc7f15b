package io.virga.control.hosts;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.dataplane.tls.PeerIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Which processes of the data planes there are. A process is alive while it holds its watch stream
 * open; the database is written only when that changes. Each control process says every {@link
 * #BEAT} that it is there; the connections of one that has been silent for {@link #SILENCE} are
 * cleared by the others, since the agents may find no other that they reach.
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

  private static final String SEEN =
      """
      INSERT INTO control_process (name, seen_at) VALUES (:control, now())
      ON CONFLICT (name) DO UPDATE SET seen_at = now()
      """;

  private static final String FORGET_SILENT =
      """
      UPDATE host h SET connected_to = NULL, connected_since = NULL, changed_at = now()
       WHERE h.connected_to <> :control
         AND NOT EXISTS (SELECT 1 FROM control_process c
                          WHERE c.name = h.connected_to
                            AND c.seen_at > now() - make_interval(secs => :silence))
      """;

  /** After a pause in which others have cleared them, or where a write has failed. */
  private static final String RESTORE =
      """
      UPDATE host h
         SET connected_to = :control, connected_since = now(), changed_at = now()
        FROM unnest(CAST(:services AS text[]), CAST(:names AS text[])) AS s(service, name)
       WHERE h.service = s.service AND h.name = s.name AND h.connected_to IS NULL
      """;

  /** One that has connected since this beat began may not be among the streams that it knows. */
  private static final String FORGET_CLOSED =
      """
      UPDATE host h SET connected_to = NULL, connected_since = NULL, changed_at = now()
       WHERE h.connected_to = :control
         AND h.connected_since <= (SELECT c.seen_at FROM control_process c WHERE c.name = :control)
         AND NOT EXISTS (SELECT 1
                           FROM unnest(CAST(:services AS text[]), CAST(:names AS text[]))
                                AS s(service, name)
                          WHERE h.service = s.service AND h.name = s.name)
      """;

  private static final String FORGET_CONNECTIONS =
      """
      UPDATE host SET connected_to = NULL, connected_since = NULL, changed_at = now()
       WHERE connected_to = :control
      """;

  static final Duration BEAT = Duration.ofSeconds(5);
  static final Duration SILENCE = Duration.ofSeconds(15);

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
    return database
        .sql(FORGET_CONNECTIONS)
        .bind("control", control)
        .execute()
        .then(Mono.defer(this::beat));
  }

  /** Beats until disposed; what fails is logged and tried again. */
  public Disposable follow() {
    return Flux.interval(BEAT)
        .onBackpressureDrop()
        .concatMap(
            tick ->
                beat()
                    .onErrorResume(
                        e -> {
                          log.warn("cannot say that this control process is there", e);
                          return Mono.empty();
                        }),
            1)
        .subscribe();
  }

  /** Says that this process is there, and puts right what is written of connections. */
  Mono<Void> beat() {
    return database
        .sql(SEEN)
        .bind("control", control)
        .execute()
        .then(
            database
                .sql(FORGET_SILENT)
                .bind("control", control)
                .bind("silence", (double) SILENCE.toSeconds())
                .execute())
        .then(Mono.defer(() -> ofOpenStreams(RESTORE)))
        .then(Mono.defer(() -> ofOpenStreams(FORGET_CLOSED)));
  }

  private Mono<Void> ofOpenStreams(String sql) {
    List<PeerIdentity> open = List.copyOf(streams.keySet());
    return database
        .sql(sql)
        .bind("control", control)
        .bind("services", open.stream().map(PeerIdentity::service).toArray(String[]::new))
        .bind("names", open.stream().map(PeerIdentity::host).toArray(String[]::new))
        .execute()
        .then();
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
