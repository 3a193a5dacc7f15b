package io.virga.control.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Neutron's API as one project uses it; what makes something also says that it was made. */
record TenantClient(TestApi api, String project, String token) {

  private static final String ROOT = "/network/v2.0/";

  /** A database of its own, with the API over it. */
  static TestApi start() {
    return TestApi.start(
        api ->
            List.of(
                new NetworkService(
                    api.foundation().database(),
                    api.foundation().desired(),
                    api.foundation().quota())));
  }

  /** A tenant that nobody else is. */
  static TenantClient tenant(TestApi api) {
    return of(api, UUID.randomUUID().toString(), "member", "reader");
  }

  static TenantClient administrator(TestApi api) {
    return of(api, "of-admin", "admin", "member", "reader");
  }

  static TenantClient of(TestApi api, String project, String... roles) {
    return new TenantClient(api, project, api.token(project, roles));
  }

  Answer get(String path) {
    return api.get(ROOT + path, token);
  }

  Answer delete(String path) {
    return api.delete(ROOT + path, token);
  }

  /** Makes a thing of these members. */
  Answer post(String path, String thing, Map<String, ?> members) {
    return api.post(ROOT + path, token, Map.of(thing, members));
  }

  Answer put(String path, Object body) {
    return api.put(ROOT + path, token, body);
  }

  /** Makes several things, or whatever the body says. */
  Answer postBody(String path, Map<String, ?> body) {
    return api.post(ROOT + path, token, body);
  }

  /** Makes one, and answers its id. */
  String make(String path, String thing, Map<String, ?> members) {
    return made(path, thing, members).at("/" + thing + "/id");
  }

  Answer made(String path, String thing, Map<String, ?> members) {
    Answer answer = post(path, thing, members);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer;
  }

  String network(String name) {
    return made("networks", "network", Map.of("name", name)).at("/network/id");
  }

  String externalNetwork(String cidr) {
    String id =
        made("networks", "network", Map.of("name", "ext", "router:external", true))
            .at("/network/id");
    subnet(id, cidr);
    return id;
  }

  /** An external network on a wire of its own. */
  String externalNetwork(String cidr, String physicalNetwork) {
    Map<String, Object> members =
        Map.of(
            "router:external",
            true,
            "provider:network_type",
            "flat",
            "provider:physical_network",
            physicalNetwork);
    String id = made("networks", "network", members).at("/network/id");
    subnet(id, cidr);
    return id;
  }

  String subnet(String network, String cidr) {
    return made("subnets", "subnet", Map.of("network_id", network, "cidr", cidr, "ip_version", 4))
        .at("/subnet/id");
  }

  /** A subnet of a network of its own. */
  String subnet(String cidr) {
    return subnet(network("n"), cidr);
  }

  Answer port(String network) {
    return made("ports", "port", Map.of("network_id", network));
  }

  String router() {
    return made("routers", "router", Map.of("name", "r")).at("/router/id");
  }

  String router(String externalNetwork) {
    return made(
            "routers",
            "router",
            Map.of("external_gateway_info", Map.of("network_id", externalNetwork)))
        .at("/router/id");
  }

  Answer update(String router, Map<String, ?> members) {
    return put("routers/" + router, Map.of("router", members));
  }

  Answer join(String router, String subnet) {
    return put("routers/" + router + "/add_router_interface", Map.of("subnet_id", subnet));
  }

  Answer leave(String router, String subnet) {
    return put("routers/" + router + "/remove_router_interface", Map.of("subnet_id", subnet));
  }

  Answer floatingIp(String externalNetwork) {
    return made("floatingips", "floatingip", Map.of("floating_network_id", externalNetwork));
  }

  Answer associate(String floatingIp, Map<String, ?> members) {
    return put("floatingips/" + floatingIp, Map.of("floatingip", members));
  }

  /** A network behind a router with its gateway on the external network. */
  String networkBehindRouter(String cidr, String externalNetwork) {
    String network = network("inside");
    joined(router(externalNetwork), subnet(network, cidr));
    return network;
  }

  void joined(String router, String subnet) {
    Answer answer = join(router, subnet);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  long used(String resource) {
    return get("quotas/" + project + "/details.json")
        .json()
        .at("/quota/" + resource + "/used")
        .asLong();
  }

  static void refused(Answer answer, int status, String type) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.at("/NeutronError/type")).as(answer.text()).isEqualTo(type);
  }

  List<String> ids(String collection) {
    return get(collection).json().at("/" + collection).findValuesAsString("id");
  }
}
