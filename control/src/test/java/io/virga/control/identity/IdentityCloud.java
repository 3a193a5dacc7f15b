package io.virga.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.foundation.Foundation;
import io.virga.control.http.ApiService;
import io.virga.control.http.PolicyTable;
import io.virga.control.identity.bootstrap.Bootstrap;
import io.virga.control.identity.bootstrap.BootstrapFile;
import io.virga.control.identity.catalog.Catalog;
import io.virga.control.identity.catalog.ConfiguredCatalog;
import io.virga.control.identity.password.AttemptLimits;
import io.virga.control.identity.password.PasswordRules;
import io.virga.control.identity.password.Passwords;
import io.virga.control.identity.password.UserPasswords;
import io.virga.control.identity.revocation.Revocations;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.token.LocalAuthenticator;
import io.virga.control.identity.token.TokenIssuer;
import io.virga.control.identity.token.TokenRoutes;
import io.virga.control.testing.TestApi;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Identity alone, with the users {@code admin} and {@code demo}, and how they log in. */
final class IdentityCloud implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(20);
  static final String TOKENS = "/identity/v3/auth/tokens";
  static final Object SYSTEM = Map.of("system", Map.of("all", true));

  private static final BootstrapFile FILE =
      new BootstrapFile(
          "RegionOne",
          "5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e",
          List.of(
              new BootstrapFile.Account("admin", "admin", "admin-pw", "AKADMIN", "SKADMIN"),
              new BootstrapFile.Account("demo", "demo", "demo-pw", "AKDEMO", "SKDEMO")));

  private final PasswordRules rules;
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private volatile Duration tick = Duration.ZERO;
  private final InstantSource clock =
      () -> Instant.now().plus(ahead.getAndUpdate(time -> time.plus(tick)));
  private final TestApi api;
  private PolicyTable policy = new PolicyTable(List.of());

  IdentityCloud() {
    this(PasswordRules.NONE);
  }

  IdentityCloud(PasswordRules rules) {
    this.rules = rules;
    this.api = TestApi.start(made -> policed(services(made)));
  }

  private List<ApiService> policed(List<ApiService> services) {
    policy = new PolicyTable(services);
    return services;
  }

  /** Who may use what. */
  PolicyTable policy() {
    return policy;
  }

  /** From now on it is so much later. */
  void pass(Duration time) {
    ahead.updateAndGet(time::plus);
  }

  /** From now on it is so much later whenever somebody has looked at the clock. */
  void tick(Duration time) {
    tick = time;
  }

  Instant now() {
    return clock.instant();
  }

  private List<ApiService> services(TestApi api) {
    Foundation real = api.foundation();
    Foundation foundation =
        new Foundation(
            real.database(), real.desired(), real.quota(), real.hosts(), real.endpoint(), clock);
    SecureRandom random = new SecureRandom();
    Passwords passwords = new Passwords(4, random);
    TokenIssuer issuer =
        new TokenIssuer(api.signer(), random, foundation.clock(), Duration.ofHours(1));
    Revocations revocations =
        new Revocations(
            foundation.database(),
            foundation.desired(),
            foundation.clock(),
            Duration.ofHours(1),
            api.verifier()::revocations);
    Bootstrap bootstrap =
        new Bootstrap(foundation.database(), passwords, new S3Credentials(foundation.desired()));
    bootstrap.run(FILE).then(bootstrap.run(FILE)).block(SOON);
    Catalog catalog = new Catalog(foundation.database());
    catalog.start(configured("objects.test")).block(SOON);
    return List.of(
        new IdentityService(
            foundation,
            new TokenRoutes.Gate(
                new UserPasswords(passwords, rules, clock),
                new AttemptLimits(10, 1000, clock),
                new LocalAuthenticator(api.verifier()),
                issuer),
            revocations,
            catalog,
            random));
  }

  static ConfiguredCatalog configured(String objectStore) {
    return new ConfiguredCatalog(
        "RegionOne",
        URI.create("http://virga.test"),
        URI.create("http://" + objectStore + ":8710"));
  }

  TestApi api() {
    return api;
  }

  static Object password(String user, String password, Object scope) {
    return password(Map.of("name", user, "domain", Map.of("name", "Default")), password, scope);
  }

  static Object password(Map<String, Object> user, String password, Object scope) {
    Map<String, Object> known = new HashMap<>(user);
    known.put("password", password);
    Object identity = Map.of("methods", List.of("password"), "password", Map.of("user", known));
    return Map.of("auth", Map.of("identity", identity, "scope", scope));
  }

  static Object onProject(String name) {
    return Map.of("project", Map.of("name", name, "domain", Map.of("id", "default")));
  }

  TestApi.Answer login(String user, String password, Object scope) {
    return api.post(TOKENS, "", password(user, password, scope));
  }

  /** A token for the user, whose password is its name and {@code -pw}, on its own project. */
  String token(String user) {
    return login(user, user + "-pw", onProject(user)).header("X-Subject-Token");
  }

  /** Likewise for a user by its id, scoped as said. */
  String token(String id, String password, Object scope) {
    TestApi.Answer in = api.post(TOKENS, "", password(Map.of("id", id), password, scope));
    assertThat(in.status()).as(in.text()).isEqualTo(201);
    return in.header("X-Subject-Token");
  }

  /** What the token says. */
  TestApi.Answer shown(String token) {
    return api.send(
        api.request(TOKENS).header("X-Auth-Token", token).header("X-Subject-Token", token));
  }

  /** Makes one as {@code admin}; its id. */
  String make(String collection, String thing, Map<String, Object> body) {
    TestApi.Answer answer =
        api.post("/identity/v3/" + collection, token("admin"), Map.of(thing, body));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.at("/" + thing + "/id");
  }

  String roleId(String name) {
    return api.get("/identity/v3/roles?name=" + name, token("admin")).at("/roles/0/id");
  }

  /** Gives the role as {@code admin}; {@code where} is for example {@code projects/ID}. */
  void grant(String where, String user, String role) {
    TestApi.Answer given =
        api.put(
            "/identity/v3/%s/users/%s/roles/%s".formatted(where, user, roleId(role)),
            token("admin"),
            "");
    assertThat(given.status()).as(given.text()).isEqualTo(204);
  }

  @Override
  public void close() {
    api.close();
  }
}
