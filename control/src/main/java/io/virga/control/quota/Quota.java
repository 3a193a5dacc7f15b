package io.virga.control.quota;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Claims and gives back what a project uses, in the transaction of the change itself: the claim
 * locks the project's row of that resource until the commit, so no race takes more than the limit.
 * Several resources are claimed in one order, so that two claims never wait for each other in a
 * circle.
 */
public final class Quota {

  /** A limit that is none. */
  public static final long UNLIMITED = -1;

  /** What is claimed, in the order in which rows are locked. */
  private static final String AMOUNTS =
      """
        FROM unnest(CAST(:resources AS text[]), CAST(:amounts AS bigint[]))
             WITH ORDINALITY AS c(resource, amount, place)
       ORDER BY c.place
      """;

  private static final String CLAIM =
      """
      INSERT INTO quota (project_id, resource, used)
      SELECT :project, c.resource, c.amount
      %s
      ON CONFLICT (project_id, resource) DO UPDATE SET used = quota.used + excluded.used
      RETURNING resource, used,
                coalesce(max_used, (SELECT d.max_used FROM quota_default d WHERE d.resource = quota.resource))
                  AS max_used
      """
          .formatted(AMOUNTS);

  private static final String COUNT =
      """
      INSERT INTO quota (project_id, resource, used)
      SELECT :project, c.resource, greatest(0, c.amount)
      %s
      ON CONFLICT (project_id, resource) DO UPDATE
         SET used = greatest(0, quota.used + (CAST(:amounts AS bigint[]))[
               array_position(CAST(:resources AS text[]), quota.resource)])
      """
          .formatted(AMOUNTS);

  private static final String USAGES =
      """
      SELECT coalesce(q.resource, d.resource) AS resource, coalesce(q.used, 0) AS used,
             coalesce(q.max_used, d.max_used) AS max_used
        FROM (SELECT * FROM quota WHERE project_id = :project) AS q
        FULL JOIN quota_default d ON d.resource = q.resource
      """;

  private static final String LIMIT =
      """
      INSERT INTO quota (project_id, resource, used, max_used) VALUES (:project, :resource, 0, :limit)
      ON CONFLICT (project_id, resource) DO UPDATE SET max_used = excluded.max_used
      """;

  private static final String LIMIT_ALL =
      """
      INSERT INTO quota_default (resource, max_used) VALUES (:resource, :limit)
      ON CONFLICT (resource) DO UPDATE SET max_used = excluded.max_used
      """;

  /** How much is used, of how much. */
  public record Usage(long used, long limit) {}

  private record Found(long used, Optional<Long> limit) {}

  /** What a project uses and may use, of everything. */
  public static final class Usages {

    private final Map<String, Found> found;

    private Usages(Map<String, Found> found) {
      this.found = found;
    }

    public Usage of(Counted counted) {
      Found of = found.getOrDefault(counted.key(), new Found(0, Optional.empty()));
      return new Usage(of.used(), of.limit().orElse(counted.defaultLimit()));
    }
  }

  /** Claims one resource; fails with an {@link ApiFault} over limit, which ends the transaction. */
  public Mono<Void> claim(Transaction transaction, String project, Counted resource, long amount) {
    return claim(transaction, project, Map.of(resource, amount));
  }

  /** Claims several, of which the first that is over its limit is named. */
  public Mono<Void> claim(
      Transaction transaction, String project, Map<? extends Counted, Long> amounts) {
    return amounts(transaction.sql(CLAIM), project, amounts)
        .all(Quota::found)
        .collectMap(Map.Entry::getKey, Map.Entry::getValue)
        .map(Usages::new)
        .flatMapMany(
            usages ->
                Flux.fromIterable(inOrder(amounts))
                    .concatMap(one -> check(one.getKey(), one.getValue(), usages.of(one.getKey()))))
        .then();
  }

  /**
   * Claims several as often as there is room for, in between what is wanted at least and at most.
   *
   * @return how often; fails as {@link #claim} does where there is no room for the least
   */
  public Mono<Integer> claimRepeatedly(
      Transaction transaction,
      String project,
      Map<? extends Counted, Long> each,
      int least,
      int most) {
    if (least == most) {
      return claim(transaction, project, times(each, most)).thenReturn(most);
    }
    return count(transaction, project, times(each, 0))
        .then(Mono.defer(() -> usages(transaction, project)))
        .map(usages -> Math.toIntExact(Math.clamp(room(usages, each), least, most)))
        .delayUntil(times -> claim(transaction, project, times(each, times)));
  }

  private static <C extends Counted> Map<C, Long> times(Map<C, Long> each, int times) {
    return each.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, one -> one.getValue() * times));
  }

  private static long room(Usages usages, Map<? extends Counted, Long> each) {
    return each.entrySet().stream()
        .filter(one -> one.getValue() > 0 && usages.of(one.getKey()).limit() != UNLIMITED)
        .mapToLong(
            one -> {
              Usage usage = usages.of(one.getKey());
              return Math.max(0, usage.limit() - usage.used()) / one.getValue();
            })
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /**
   * Fails as {@link #claim} does if the project may not have so many more of what is not counted
   * here, but where it is kept; whoever asks keeps others from adding to it meanwhile.
   *
   * @param used how many there are
   */
  public Mono<Void> check(
      Session session, String project, Counted resource, long used, long amount) {
    return usages(session, project)
        .flatMap(
            usages ->
                check(resource, amount, new Usage(used + amount, usages.of(resource).limit())));
  }

  /**
   * Counts what comes about, or goes where negative, with something else: it is not refused, but
   * whoever claims afterwards finds it used.
   */
  public Mono<Void> count(Transaction transaction, String project, Counted resource, long amount) {
    return count(transaction, project, Map.of(resource, amount));
  }

  private static Mono<Void> count(
      Transaction transaction, String project, Map<? extends Counted, Long> amounts) {
    return amounts(transaction.sql(COUNT), project, amounts).execute().then();
  }

  public Mono<Void> release(
      Transaction transaction, String project, Counted resource, long amount) {
    return count(transaction, project, resource, -amount);
  }

  public Mono<Void> release(
      Transaction transaction, String project, Map<? extends Counted, Long> amounts) {
    return count(transaction, project, times(amounts, -1));
  }

  /** All resources with what the project uses and may use. */
  public Mono<Usages> usages(Session session, String project) {
    return session
        .sql(USAGES)
        .bind("project", project)
        .all(Quota::found)
        .collectMap(Map.Entry::getKey, Map.Entry::getValue)
        .map(Usages::new);
  }

  /** Sets what the project may use; {@link #UNLIMITED} for no limit. */
  public Mono<Void> limit(Transaction transaction, String project, Counted resource, long limit) {
    return transaction
        .sql(LIMIT)
        .bind("project", project)
        .bind("resource", resource.key())
        .bind("limit", limit)
        .execute()
        .then();
  }

  /** Sets what every project may use for which nothing else is set. */
  public Mono<Void> limitAll(Transaction transaction, Counted resource, long limit) {
    return transaction
        .sql(LIMIT_ALL)
        .bind("resource", resource.key())
        .bind("limit", limit)
        .execute()
        .then();
  }

  /** Forgets all limits of what there is no more. */
  public Mono<Void> forget(Transaction transaction, List<? extends Counted> gone) {
    return Flux.just("quota", "quota_default")
        .concatMap(
            table ->
                transaction
                    .sql("DELETE FROM %s WHERE resource = ANY(:all)".formatted(table))
                    .bind("all", keys(gone))
                    .execute())
        .then();
  }

  /** Sets what the project may use of the resources back to the defaults. */
  public Mono<Void> reset(
      Transaction transaction, String project, List<? extends Counted> resources) {
    return transaction
        .sql(
            "UPDATE quota SET max_used = NULL WHERE project_id = :project AND resource = ANY(:all)")
        .bind("project", project)
        .bind("all", keys(resources))
        .execute()
        .then();
  }

  /** The projects for which a limit of one of the resources was set. */
  public Flux<String> limitedProjects(Session session, List<? extends Counted> resources) {
    return session
        .sql(
            """
            SELECT DISTINCT project_id FROM quota
             WHERE max_used IS NOT NULL AND resource = ANY(:all) ORDER BY project_id
            """)
        .bind("all", keys(resources))
        .all(row -> row.text("project_id"));
  }

  private static String[] keys(List<? extends Counted> resources) {
    return resources.stream().map(Counted::key).toArray(String[]::new);
  }

  private static Map.Entry<String, Found> found(Row row) {
    return Map.entry(
        row.text("resource"), new Found(row.number("used"), row.optionalNumber("max_used")));
  }

  private static Statement amounts(
      Statement statement, String project, Map<? extends Counted, Long> amounts) {
    List<? extends Map.Entry<? extends Counted, Long>> all = inOrder(amounts);
    return statement
        .bind("project", project)
        .bind("resources", all.stream().map(one -> one.getKey().key()).toArray(String[]::new))
        .bind("amounts", all.stream().map(Map.Entry::getValue).toArray(Long[]::new));
  }

  private static <C extends Counted> List<Map.Entry<C, Long>> inOrder(Map<C, Long> amounts) {
    return amounts.entrySet().stream()
        .sorted(Comparator.comparing(one -> one.getKey().key()))
        .toList();
  }

  private static Mono<Void> check(Counted resource, long amount, Usage usage) {
    if (usage.limit() == UNLIMITED || usage.used() <= usage.limit()) {
      return Mono.empty();
    }
    return Mono.error(
        ApiFault.overLimit(
            "Quota exceeded for %s: requested %d, but already used %d of %d"
                .formatted(resource.named(), amount, usage.used() - amount, usage.limit())));
  }
}
