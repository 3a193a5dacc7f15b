package io.virga.control.network.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.network.model.DefaultGroupRule;
import io.virga.control.network.model.SecurityGroupRule;
import io.virga.control.network.model.Standard;
import io.virga.control.network.store.ResourceTable.Values;
import io.virga.control.tenancy.OwnedRows;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The rules that security groups start with, which are everyone's to see. */
public final class DefaultGroupRuleStore {

  /** The table's name. */
  public static final String TABLE = "default_group_rule";

  private static final String SELECT = "SELECT t.* FROM default_group_rule t";

  private static final OwnedRows<DefaultGroupRule> ROWS =
      new OwnedRows<>(
          "DefaultSecurityGroupRule",
          new OwnedRows.Query("t", SELECT, "(:everything OR t.project_id IN ('', :project))"),
          DefaultGroupRuleStore::rule);

  private final ResourceTable table = new ResourceTable(TABLE);

  public OwnedRows<DefaultGroupRule> rows() {
    return ROWS;
  }

  /** Those that a group starts with. */
  public Flux<DefaultGroupRule> forGroups(Session session, boolean ofProjectsThemselves) {
    String column = ofProjectsThemselves ? "in_default" : "in_others";
    return session
        .sql(SELECT + " WHERE t." + column + " ORDER BY t.created_at, t.id")
        .all(DefaultGroupRuleStore::rule);
  }

  /**
   * @throws org.springframework.dao.DuplicateKeyException if there is the same already
   */
  public Mono<Void> insert(Transaction transaction, DefaultGroupRule wanted) {
    SecurityGroupRule rule = wanted.rule();
    return table.insert(
        transaction,
        wanted.standard(),
        Values.of("direction", rule.direction())
            .with("ethertype", rule.etherType())
            .with("protocol", rule.protocol(), String.class)
            .with("port_min", rule.portMin(), Integer.class)
            .with("port_max", rule.portMax(), Integer.class)
            .with("remote_cidr", rule.remoteCidr(), String.class)
            .with("from_itself", rule.remoteGroupId().isPresent())
            .with("in_default", wanted.inDefault())
            .with("in_others", wanted.inOthers()));
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return table.delete(transaction, id);
  }

  private static DefaultGroupRule rule(Row row) {
    return new DefaultGroupRule(
        new SecurityGroupRule(
            Standard.of(row),
            DefaultGroupRule.PARENT,
            row.text("direction"),
            row.text("ethertype"),
            row.optionalText("protocol"),
            row.optionalNumber("port_min").map(Long::intValue),
            row.optionalNumber("port_max").map(Long::intValue),
            row.optionalText("remote_cidr"),
            row.flag("from_itself") ? Optional.of(DefaultGroupRule.PARENT) : Optional.empty(),
            Optional.empty(),
            List.of()),
        row.flag("in_default"),
        row.flag("in_others"));
  }
}
