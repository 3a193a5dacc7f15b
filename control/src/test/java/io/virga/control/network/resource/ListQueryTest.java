package io.virga.control.network.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.database.TestDatabase;
import io.virga.control.network.model.Port;
import io.virga.control.network.resource.ListQuery.SortKey;
import io.virga.control.network.store.PortStore;
import io.virga.control.tenancy.Viewer;
import io.virga.dataplane.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a list of many costs. */
final class ListQueryTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String PROJECT = "tenant";
  private static final int PORTS = 10_000;
  private static final UUID NETWORK = UUID.randomUUID();
  private static final TestDatabase DATABASE = TestDatabase.open();
  private static final ResourceType<Port> TYPE =
      ResourceType.of(ResourceType.Names.of("port"), "port", new PortStore().seenRows(), List.of());

  @BeforeAll
  static void fill() {
    Database database = DATABASE.database();
    database
        .sql(
            """
            INSERT INTO network (id, project_id, name, description, admin_state_up, external,
                                 port_security_enabled, mtu)
            VALUES (:id, 'tenant', 'n', '', true, false, true, 1450)
            """)
        .bind("id", NETWORK)
        .execute()
        .then(
            database
                .sql(
                    """
                    INSERT INTO port (id, network_id, project_id, name, description, mac,
                                      admin_state_up, port_security_enabled, device_id, device_owner,
                                      host, hostname, made_for_instance, allowed_address_pairs)
                    SELECT gen_random_uuid(), :network,
                           CASE WHEN i % 2 = 0 THEN 'tenant' ELSE 'other' END, 'p' || i, '', i::text,
                           true, true, '', '', '', '', false, '[]'
                      FROM generate_series(1, :ports) AS i
                    """)
                .bind("network", NETWORK)
                .bind("ports", PORTS)
                .execute())
        .then(database.sql("ANALYZE port").execute())
        .block(SOON);
  }

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  void aPageOfManyPortsIsReadWithoutTheOthers() {
    assertThat(blocksOf(new Viewer(PROJECT, false), List.of(), 20)).isLessThan(200);
    assertThat(blocksOf(new Viewer("", true), List.of(), 20)).isLessThan(200);
  }

  @Test
  void oneOfManyIsFoundByItsNetworkOrName() {
    Condition network = Filters.id("p.network_id").of("f", List.of(UUID.randomUUID().toString()));
    assertThat(blocksOf(new Viewer("", true), List.of(network), 1000)).isLessThan(200);
    Condition device = Filters.text("p.device_id").of("f", List.of("nobody's"));
    assertThat(blocksOf(new Viewer(PROJECT, false), List.of(device), 1000)).isLessThan(200);
  }

  /** How many pages of tables and indexes the list touches; there are some hundreds. */
  private static long blocksOf(Viewer viewer, List<Condition> conditions, int limit) {
    List<SortKey> order = List.of(new SortKey("p.created_at", false), new SortKey("p.id", false));
    ListQuery query = new ListQuery(conditions, order, Optional.empty(), limit, true, false);
    List<String> statements = new ArrayList<>();
    Session recording =
        sql -> {
          statements.add(sql);
          return DATABASE.database().sql(sql);
        };
    ResourcePage<Port> page =
        new Shelf<>(TYPE).page(recording, viewer, query).blockOptional(SOON).orElseThrow();
    assertThat(page.items()).hasSize(conditions.isEmpty() ? limit : 0);
    var explained =
        viewer.bind(
            DATABASE
                .database()
                .sql("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + statements.getFirst()));
    for (Condition condition : conditions) {
      explained = explained.bind("f", condition.bindings().values().iterator().next());
    }
    JsonNode plan =
        Json.mapper()
            .readTree(
                explained.one(row -> row.text("QUERY PLAN")).blockOptional(SOON).orElseThrow())
            .at("/0/Plan");
    return plan.at("/Shared Hit Blocks").asLong() + plan.at("/Shared Read Blocks").asLong();
  }
}
