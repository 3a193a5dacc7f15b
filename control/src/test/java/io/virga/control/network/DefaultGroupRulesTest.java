package io.virga.control.network;

import static io.virga.control.network.TenantClient.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules that security groups start with, of Neutron's API over a real database. */
class DefaultGroupRulesTest {

  private static final String PATH = "default-security-group-rules";
  private static final String RULE = "default_security_group_rule";

  private final TestApi api = TenantClient.start();
  private final TenantClient tenant = TenantClient.tenant(api);
  private final TenantClient admin = TenantClient.administrator(api);

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void groupsStartAsInEveryCloud() {
    assertThat(tenant.get(PATH).json().at("/default_security_group_rules").size()).isEqualTo(4);
    assertThat(
            tenant
                .get(PATH + "?direction=ingress&ethertype=IPv4")
                .at("/default_security_group_rules/0/remote_group_id"))
        .isEqualTo("PARENT");
    assertThat(rules("default")).containsExactlyInAnyOrder("egress", "egress", "itself", "itself");
    assertThat(rules(made())).containsExactlyInAnyOrder("egress", "egress");
    assertThat(tenant.used("security_group")).isEqualTo(2);
    assertThat(tenant.used("security_group_rule")).isEqualTo(6);
  }

  @Test
  void groupsThatAreMadeThenStartAsAnAdministratorHasSaid() {
    Map<String, Object> ssh =
        Map.of(
            "direction", "ingress",
            "protocol", "tcp",
            "port_range_min", 22,
            "port_range_max", 22,
            "remote_ip_prefix", "192.0.2.0/24");
    assertThat(tenant.post(PATH, RULE, ssh).status()).isEqualTo(403);
    String before = made();
    String rule = admin.make(PATH, RULE, ssh);
    refused(admin.post(PATH, RULE, ssh), 409, "DefaultSecurityGroupRuleExists");
    assertThat(rules(before)).as("it stays as it is").hasSize(2);
    assertThat(rules(made()))
        .containsExactlyInAnyOrder("egress", "egress", "tcp 22-22 192.0.2.0/24");
    assertThat(rules("default")).as("for others than this").hasSize(4);
    assertThat(admin.delete(PATH + "/" + rule).status()).isEqualTo(204);
    assertThat(rules(made())).hasSize(2);
    String itself =
        admin
            .get(PATH + "?direction=ingress&ethertype=IPv4")
            .at("/default_security_group_rules/0/id");
    assertThat(admin.delete(PATH + "/" + itself).status()).isEqualTo(204);
    TenantClient later = TenantClient.tenant(api);
    assertThat(rules(later, "default")).containsExactlyInAnyOrder("egress", "egress", "itself");
  }

  @Test
  void refusesWhatIsNoRule() {
    String group = made();
    for (Map<String, Object> wrong :
        List.of(
            Map.<String, Object>of("direction", "sideways"),
            Map.<String, Object>of("direction", "ingress", "remote_group_id", group),
            Map.<String, Object>of("direction", "ingress", "port_range_min", 1))) {
      assertThat(admin.post(PATH, RULE, wrong).status()).as(wrong.toString()).isEqualTo(400);
    }
    String any = admin.get(PATH).at("/default_security_group_rules/0/id");
    assertThat(admin.put(PATH + "/" + any, Map.of(RULE, Map.of("description", "x"))).status())
        .isEqualTo(400);
  }

  private String made() {
    return tenant.make("security-groups", "security_group", Map.of("name", "g"));
  }

  private List<String> rules(String group) {
    return rules(tenant, group);
  }

  /** Of the group with the id or the name, in words. */
  private static List<String> rules(TenantClient of, String group) {
    Answer all = of.get("security-groups");
    return StreamSupport.stream(all.json().at("/security_groups").spliterator(), false)
        .filter(
            one ->
                one.path("id").asString("").equals(group)
                    || one.path("name").asString("").equals(group))
        .flatMap(one -> StreamSupport.stream(one.path("security_group_rules").spliterator(), false))
        .map(
            rule ->
                rule.path("direction").asString("").equals("egress")
                    ? "egress"
                    : rule.path("remote_group_id")
                            .asString("")
                            .equals(rule.path("security_group_id").asString("x"))
                        ? "itself"
                        : "%s %s-%s %s"
                            .formatted(
                                rule.path("protocol").asString(""),
                                rule.path("port_range_min").asString(""),
                                rule.path("port_range_max").asString(""),
                                rule.path("remote_ip_prefix").asString("")))
        .toList();
  }
}
