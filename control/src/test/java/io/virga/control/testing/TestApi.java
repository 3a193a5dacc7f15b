package io.virga.control.testing;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.virga.control.database.Database;
import io.virga.control.database.DatabaseSettings;
import io.virga.control.database.TestDatabase;
import io.virga.control.foundation.Foundation;
import io.virga.control.hosts.Hosts;
import io.virga.control.http.ApiRouter;
import io.virga.control.http.ApiService;
import io.virga.control.http.PublicServer;
import io.virga.control.http.RequestLog;
import io.virga.control.identity.token.LocalAuthenticator;
import io.virga.control.quota.Quota;
import io.virga.control.watch.DesiredStates;
import io.virga.control.watch.WatchHub;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.TokenKeys;
import io.virga.dataplane.token.TokenSigner;
import io.virga.dataplane.token.TokenVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.JsonNode;

/**
 * APIs on a real listener over a database of their own, and a small client. Tokens are made out of
 * hand: {@link #token} needs no user.
 */
public final class TestApi implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final TestDatabase database = TestDatabase.open();
  private final LoopResources loops = LoopResources.create("test", 1, true);
  private final NotedStatements statements =
      new NotedStatements(database.settings().connectionFactory(loops));
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final WatchHub hub = new WatchHub(database.database(), Schedulers.parallel());
  private final Path keys;
  private final TokenSigner signer;
  private final TokenVerifier verifier;
  private final Foundation foundation;
  private final DisposableServer server;

  private TestApi(Function<TestApi, List<ApiService>> services) {
    try {
      keys = Files.createTempDirectory("virga-keys-");
      TokenKeys.generate(keys, "test");
      signer = TokenSigner.load(keys.resolve("test.key"));
      verifier = TokenVerifier.open(keys, InstantSource.system());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    foundation =
        new Foundation(
            statements.database(),
            new DesiredStates(hub::wake),
            new Quota(),
            new Hosts(database.database(), "test"),
            URI.create("http://virga.test"),
            InstantSource.system());
    hub.start().block(TIMEOUT);
    server =
        PublicServer.bind(
            new HostPort("127.0.0.1", 0),
            loops,
            new ApiRouter(
                services.apply(this),
                new LocalAuthenticator(verifier),
                "http://virga.test/identity",
                new RequestLog(new SimpleMeterRegistry())));
  }

  /** Starts the services that the function makes of {@link #foundation} and the rest. */
  public static TestApi start(Function<TestApi, List<ApiService>> services) {
    return new TestApi(services);
  }

  public Foundation foundation() {
    return foundation;
  }

  /** The database beside the APIs, for a test's own statements. */
  public Database database() {
    return database.database();
  }

  /** What the APIs have asked of the database. */
  public NotedStatements statements() {
    return statements;
  }

  /** For connections beside those of {@link #database}. */
  public DatabaseSettings settings() {
    return database.settings();
  }

  /** What the host is told of one kind. */
  public <T extends DesiredState> List<T> told(String host, Class<T> type) {
    return database
        .database()
        .sql(
            "SELECT spec::text AS spec FROM desired_state"
                + " WHERE kind = :kind AND host = :host AND NOT deleted")
        .bind("kind", Kind.of(type).wireName())
        .bind("host", host)
        .all(row -> row.json("spec", type))
        .collectList()
        .blockOptional(TIMEOUT)
        .orElseThrow();
  }

  public WatchHub hub() {
    return hub;
  }

  public TokenSigner signer() {
    return signer;
  }

  public TokenVerifier verifier() {
    return verifier;
  }

  /** A good token for the project; also give the implied roles. */
  public String token(String projectId, String... roles) {
    Claims.Named domain = new Claims.Named("default", "Default");
    Claims.Scope scope =
        new Claims.Scope(
            Claims.ScopeType.PROJECT, new Claims.Named(projectId, "name-" + projectId), domain);
    Instant now = Instant.now();
    return signer.sign(
        new Claims(
            UUID.randomUUID().toString(),
            signer.keyId(),
            new Claims.Named("user-of-" + projectId, "user-of-" + projectId),
            domain,
            Optional.of(scope),
            List.of(roles),
            List.of("password"),
            Optional.empty(),
            now,
            now.plusSeconds(600)));
  }

  /** What came back. */
  public record Answer(int status, HttpResponse<byte[]> response) {

    public String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    public JsonNode json() {
      return Json.mapper().readTree(response.body());
    }

    /** A value by its JSON pointer, {@code /volume/id}; the empty text if there is none. */
    public String at(String pointer) {
      return json().at(pointer).asString("");
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  public Answer get(String path, String token) {
    return call("GET", path, token, null);
  }

  public Answer delete(String path, String token) {
    return call("DELETE", path, token, null);
  }

  public Answer post(String path, String token, Object body) {
    return call("POST", path, token, body);
  }

  public Answer put(String path, String token, Object body) {
    return call("PUT", path, token, body);
  }

  public Answer patch(String path, String token, Object body) {
    return call("PATCH", path, token, body);
  }

  /**
   * @param token empty for none
   * @param body text as it is, anything else as JSON
   */
  public Answer call(String method, String path, String token, @Nullable Object body) {
    HttpRequest.Builder request =
        request(path)
            .method(
                method,
                switch (body) {
                  case null -> HttpRequest.BodyPublishers.noBody();
                  case String text -> HttpRequest.BodyPublishers.ofString(text);
                  default -> HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body));
                })
            .header("Accept", "application/json");
    if (!token.isEmpty()) {
      request.header("X-Auth-Token", token);
    }
    return send(request);
  }

  /** A request to the path, for headers of one's own; see {@link #send}. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .timeout(TIMEOUT);
  }

  public Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.disposeNow(Duration.ofSeconds(5));
    client.close();
    hub.close();
    statements.close();
    loops.dispose();
    database.close();
    for (String file : List.of("test.key", "test.pub", "")) {
      keys.resolve(file).toFile().delete();
    }
  }
}
