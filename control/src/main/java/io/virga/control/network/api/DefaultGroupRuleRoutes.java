package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Route;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.model.DefaultGroupRule;
import io.virga.control.network.model.SecurityGroupRule;
import io.virga.control.network.resource.Attribute;
import io.virga.control.network.resource.CollectionRoutes;
import io.virga.control.network.resource.Lifecycle;
import io.virga.control.network.resource.ResourceType;
import io.virga.control.network.resource.ResourceType.Names;
import io.virga.control.network.store.DefaultGroupRuleStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Mono;

/**
 * {@code /v2.0/default-security-group-rules}: an administrator's to make, and everyone's to see.
 * They are for groups that are made from then on.
 */
public final class DefaultGroupRuleRoutes implements Lifecycle {

  private final Database database;
  private final HostViews hosts;
  private final DefaultGroupRuleStore rules;

  public DefaultGroupRuleRoutes(Database database, HostViews hosts, DefaultGroupRuleStore rules) {
    this.database = database;
    this.hosts = hosts;
    this.rules = rules;
  }

  public List<Route> routes() {
    ResourceType<DefaultGroupRule> type =
        ResourceType.of(
                new Names(
                    "default-security-group-rules",
                    "default_security_group_rule",
                    "default_security_group_rules"),
                DefaultGroupRuleStore.TABLE,
                rules.rows(),
                attributes())
            .changedByAdministrators();
    return new CollectionRoutes<>(database, hosts, type, this).routes();
  }

  private static List<Attribute<DefaultGroupRule>> attributes() {
    return List.of(
        of("direction", SecurityGroupRule::direction).text("t.direction"),
        of("ethertype", SecurityGroupRule::etherType).text("t.ethertype"),
        of("protocol", SecurityGroupRule::protocol).optionalText("t.protocol"),
        of("port_range_min", SecurityGroupRule::portMin).optionalNumber("t.port_min"),
        of("port_range_max", SecurityGroupRule::portMax).optionalNumber("t.port_max"),
        of("remote_ip_prefix", SecurityGroupRule::remoteCidr).optionalText("t.remote_cidr"),
        Attribute.of("remote_group_id", DefaultGroupRule::remoteGroup),
        Attribute.<DefaultGroupRule>of("remote_address_group_id", rule -> Optional.empty()),
        Attribute.of("used_in_default_sg", DefaultGroupRule::inDefault).flag("t.in_default"),
        Attribute.of("used_in_non_default_sg", DefaultGroupRule::inOthers).flag("t.in_others"));
  }

  private static Attribute<DefaultGroupRule> of(String name, Function<SecurityGroupRule, ?> value) {
    return Attribute.of(name, rule -> value.apply(rule.rule()));
  }

  @Override
  public Mono<UUID> create(Transaction transaction, ApiRequest request, JsonBody body) {
    DefaultGroupRule rule = RuleBodies.readDefault(body);
    return rules
        .insert(transaction, rule)
        .onErrorMap(
            DuplicateKeyException.class,
            e ->
                ApiFault.conflict("Default security group rule already exists.")
                    .ofType("DefaultSecurityGroupRuleExists"))
        .thenReturn(rule.standard().id());
  }

  @Override
  public Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    throw ApiFault.badRequest("A default security group rule stays as it was made.");
  }

  @Override
  public Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id) {
    return rules.delete(transaction, id);
  }
}
