package io.virga.control.network;

import static io.virga.control.network.TenantClient.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Subnet pools and address scopes. */
final class SubnetPoolTest {

  private static final TestApi API = TenantClient.start();

  private final TenantClient tenant = TenantClient.tenant(API);
  private final TenantClient other = TenantClient.tenant(API);
  private final TenantClient admin = TenantClient.administrator(API);

  @AfterAll
  static void close() {
    API.close();
  }

  @Test
  void cutsSubnetsOfTheUsualOrAGivenLengthOrTheVeryBlock() {
    String pool = pool(Map.of("prefixes", List.of("10.11.12.0/24"), "min_prefixlen", "26"));
    Answer shown = tenant.get("subnetpools/" + pool);
    assertThat(shown.at("/subnetpool/default_prefixlen")).isEqualTo("26");
    assertThat(shown.at("/subnetpool/max_prefixlen")).isEqualTo("32");
    assertThat(cut(pool, Map.of()).at("/subnet/cidr")).isEqualTo("10.11.12.0/26");
    Answer longer = cut(pool, Map.of("prefixlen", 28));
    assertThat(longer.at("/subnet/cidr")).isEqualTo("10.11.12.64/28");
    assertThat(longer.at("/subnet/subnetpool_id")).isEqualTo(pool);
    assertThat(cut(pool, Map.of("cidr", "10.11.12.128/26")).at("/subnet/cidr"))
        .isEqualTo("10.11.12.128/26");
    assertThat(cut(pool, Map.of()).at("/subnet/cidr")).isEqualTo("10.11.12.192/26");
    refused(cut(pool, Map.of()), 409, "SubnetAllocationError");
    refused(cut(pool, Map.of("cidr", "10.11.12.128/28")), 409, "SubnetAllocationError");
    refused(cut(pool, Map.of("cidr", "10.99.0.0/26")), 409, "SubnetAllocationError");
    refused(cut(pool, Map.of("prefixlen", 25)), 400, "MinPrefixSubnetAllocationError");
    assertThat(tenant.delete("subnets/" + longer.at("/subnet/id")).status()).isEqualTo(204);
    assertThat(cut(pool, Map.of("prefixlen", 27)).at("/subnet/cidr")).isEqualTo("10.11.12.64/27");
    assertThat(tenant.delete("subnetpools/" + pool).status()).isEqualTo(400);
  }

  @Test
  void givesNoBlockTwiceToManyAtOnce()
      throws InterruptedException, ExecutionException, TimeoutException {
    String pool = pool(Map.of("prefixes", List.of("10.64.0.0/16"), "default_prefixlen", 24));
    List<String> networks = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      networks.add(tenant.network("n" + i));
    }
    List<String> blocks = new ArrayList<>();
    try (var clients = Executors.newFixedThreadPool(16)) {
      List<Future<Answer>> answers = new ArrayList<>();
      networks.forEach(network -> answers.add(clients.submit(() -> cut(network, pool, Map.of()))));
      for (Future<Answer> answer : answers) {
        Answer made = answer.get(60, TimeUnit.SECONDS);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        blocks.add(made.at("/subnet/cidr"));
      }
    }
    assertThat(blocks).doesNotHaveDuplicates().contains("10.64.0.0/24", "10.64.31.0/24");
  }

  @Test
  void refusesPoolsThatDoNotFitTogether() {
    refusedPool(Map.of("prefixes", List.of()), 400);
    refusedPool(Map.of("prefixes", List.of("10.0.0.0/8", "2001:db8::/32")), 400);
    refusedPool(Map.of("prefixes", List.of("10.0.0.0")), 400);
    refusedPool(Map.of("prefixes", List.of("10.0.0.0/8"), "min_prefixlen", 33), 400);
    refusedPool(
        Map.of("prefixes", List.of("10.0.0.0/8"), "min_prefixlen", 24, "max_prefixlen", 20), 400);
    refusedPool(
        Map.of("prefixes", List.of("10.0.0.0/8"), "min_prefixlen", 24, "default_prefixlen", 20),
        400);
    refusedPool(Map.of("prefixes", List.of("10.0.0.0/8"), "shared", true), 403);
    refusedPool(Map.of("prefixes", List.of("10.0.0.0/8"), "is_default", true), 403);
    refusedPool(Map.of("prefixes", List.of("10.0.0.0/8"), "address_scope_id", "foo"), 400);
    refusedPool(
        Map.of("prefixes", List.of("10.0.0.0/8"), "address_scope_id", tenant.project()), 404);
  }

  @Test
  void aPoolGrowsAndNeverShrinks() {
    String pool = pool(Map.of("prefixes", List.of("10.11.12.0/24")));
    Answer joined = change(pool, Map.of("prefixes", List.of("10.11.12.0/24", "10.11.13.0/24")));
    assertThat(joined.at("/subnetpool/prefixes/0")).isEqualTo("10.11.12.0/23");
    assertThat(change(pool, Map.of("prefixes", List.of("10.11.0.0/16"))).status()).isEqualTo(200);
    refused(
        change(pool, Map.of("prefixes", List.of("10.11.12.0/26"))), 400, "IllegalSubnetPoolUpdate");
    assertThat(change(pool, Map.of("shared", true)).status()).isEqualTo(400);
    Answer more =
        tenant.put(
            "subnetpools/" + pool + "/add_prefixes", Map.of("prefixes", List.of("10.20.0.0/16")));
    assertThat(more.json().at("/subnetpool/prefixes").size()).isEqualTo(2);
    Answer less =
        tenant.put(
            "subnetpools/" + pool + "/remove_prefixes",
            Map.of("prefixes", List.of("10.20.0.0/16")));
    assertThat(less.json().at("/subnetpool/prefixes").size()).isEqualTo(1);
  }

  @Test
  void aProjectTakesNoMoreThanItsQuota() {
    String pool =
        pool(
            Map.of(
                "prefixes", List.of("10.0.0.0/16"), "default_prefixlen", 26, "default_quota", 100));
    assertThat(cut(pool, Map.of()).status()).isEqualTo(201);
    refused(cut(pool, Map.of()), 409, "SubnetPoolQuotaExceeded");
    assertThat(cut(pool, Map.of("prefixlen", 27)).status()).isEqualTo(201);
  }

  @Test
  void poolsOfAScopeHaveDifferentAddresses() {
    String scope =
        tenant.make("address-scopes", "address_scope", Map.of("name", "s", "ip_version", 4));
    String pool = pool(Map.of("prefixes", List.of("20.0.0.0/18"), "address_scope_id", scope));
    refused(
        tenant.post(
            "subnetpools",
            "subnetpool",
            Map.of("name", "p", "prefixes", List.of("20.0.0.0/12"), "address_scope_id", scope)),
        409,
        "AddressScopePrefixConflict");
    refusedPool(Map.of("prefixes", List.of("2001:db8::/32"), "address_scope_id", scope), 400);
    refused(tenant.delete("address-scopes/" + scope), 409, "AddressScopeInUse");
    Map<String, Object> none = new HashMap<>();
    none.put("address_scope_id", null);
    assertThat(change(pool, none).json().at("/subnetpool/address_scope_id").isNull()).isTrue();
    assertThat(tenant.delete("address-scopes/" + scope).status()).isEqualTo(204);
  }

  @Test
  void aDefaultPoolIsUsedWhereNoneIsNamedAndThereIsOne() {
    String network = tenant.network("n");
    Map<String, Object> wanted =
        Map.of("network_id", network, "ip_version", 4, "use_default_subnetpool", true);
    assertThat(tenant.post("subnets", "subnet", wanted).status()).isEqualTo(400);
    Map<String, Object> usual =
        Map.of(
            "name",
            "usual",
            "prefixes",
            List.of("10.200.0.0/16"),
            "is_default",
            true,
            "shared",
            true,
            "default_prefixlen",
            24);
    String pool = admin.make("subnetpools", "subnetpool", usual);
    assertThat(admin.post("subnetpools", "subnetpool", usual).status()).isEqualTo(400);
    assertThat(tenant.made("subnets", "subnet", wanted).at("/subnet/subnetpool_id"))
        .isEqualTo(pool);
    refused(
        tenant.post(
            "subnets",
            "subnet",
            Map.of("network_id", network, "ip_version", 4, "cidr", "10.9.0.0/24")),
        400,
        "NetworkSubnetPoolAffinityError");
    assertThat(tenant.get("subnetpools?shared=True").json().at("/subnetpools").size()).isEqualTo(1);
    assertThat(tenant.put("subnetpools/" + pool, Map.of("subnetpool", Map.of())).status())
        .isEqualTo(404);
  }

  @Test
  void whatIsNotSharedIsNobodyElses() {
    String pool = pool(Map.of("prefixes", List.of("10.0.0.0/8")));
    String scope =
        tenant.make("address-scopes", "address_scope", Map.of("name", "s", "ip_version", 4));
    assertThat(other.get("subnetpools/" + pool).status()).isEqualTo(404);
    assertThat(other.get("address-scopes/" + scope).status()).isEqualTo(404);
    assertThat(other.get("subnetpools?id=" + pool).json().at("/subnetpools").size()).isZero();
    Map<String, Object> subnet =
        Map.of("network_id", other.network("n"), "ip_version", 4, "subnetpool_id", pool);
    refused(other.post("subnets", "subnet", subnet), 404, "SubnetPoolNotFound");
    Map<String, Object> policy =
        Map.of(
            "object_type",
            "subnetpool",
            "object_id",
            pool,
            "action",
            "access_as_shared",
            "target_tenant",
            other.project());
    String opened = tenant.make("rbac-policies", "rbac_policy", policy);
    assertThat(other.get("subnetpools/" + pool).json().at("/subnetpool/shared").asBoolean())
        .isTrue();
    assertThat(other.post("subnets", "subnet", subnet).status()).isEqualTo(201);
    refused(tenant.delete("rbac-policies/" + opened), 409, "RbacPolicyInUse");
  }

  private String pool(Map<String, Object> members) {
    Map<String, Object> body = new HashMap<>(members);
    body.put("name", "p");
    return tenant.make("subnetpools", "subnetpool", body);
  }

  private void refusedPool(Map<String, Object> members, int status) {
    Map<String, Object> body = new HashMap<>(members);
    body.put("name", "p");
    Answer answer = tenant.post("subnetpools", "subnetpool", body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
  }

  private Answer change(String pool, Map<String, Object> members) {
    return tenant.put("subnetpools/" + pool, Map.of("subnetpool", members));
  }

  private Answer cut(String pool, Map<String, Object> members) {
    return cut(tenant.network("n"), pool, members);
  }

  private Answer cut(String network, String pool, Map<String, Object> members) {
    Map<String, Object> body = new HashMap<>(members);
    body.put("network_id", network);
    body.put("ip_version", 4);
    body.put("subnetpool_id", pool);
    return tenant.post("subnets", "subnet", body);
  }
}
