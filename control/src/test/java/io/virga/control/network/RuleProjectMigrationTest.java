package io.virga.control.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.database.TestDatabase;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** V061, on a database in which an administrator had made a rule in a tenant's group. */
final class RuleProjectMigrationTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void givesRulesAndTheirCountToTheProjectOfTheGroup() throws IOException {
    try (TestDatabase test = TestDatabase.open()) {
      Database database = test.database();
      UUID group = UUID.randomUUID();
      database
          .sql(
              """
              INSERT INTO security_group (id, project_id, name, description, stateful)
              VALUES (:group, 'tenant', 'web', '', true)
              """)
          .bind("group", group)
          .execute()
          .block(SOON);
      database
          .sql(
              """
              INSERT INTO security_group_rule (id, security_group_id, project_id, direction, ethertype,
                                               description)
              VALUES (:group, :group, 'administrator', 'egress', 'IPv4', '')
              """)
          .bind("group", group)
          .execute()
          .block(SOON);
      database
          .sql("INSERT INTO quota (project_id, resource, used) VALUES (:project, :resource, 1)")
          .bind("project", "administrator")
          .bind("resource", Resource.SECURITY_GROUP_RULES.name())
          .execute()
          .block(SOON);

      database.sql(migration()).execute().block(SOON);

      assertThat(
              one(
                  database,
                  "SELECT project_id FROM security_group_rule",
                  r -> r.text("project_id")))
          .isEqualTo("tenant");
      assertThat(used(database, "administrator")).isEqualTo(0);
      assertThat(used(database, "tenant")).isEqualTo(1);
    }
  }

  private static long used(Database database, String project) {
    return new Quota()
        .usages(database, project)
        .blockOptional(SOON)
        .orElseThrow()
        .of(Resource.SECURITY_GROUP_RULES)
        .used();
  }

  private static String one(Database database, String sql, Function<Row, String> column) {
    return database.sql(sql).one(column).blockOptional(SOON).orElseThrow();
  }

  private static String migration() throws IOException {
    String name = "/db/migration/V061__rule_project.sql";
    try (InputStream file =
        Objects.requireNonNull(RuleProjectMigrationTest.class.getResourceAsStream(name))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
