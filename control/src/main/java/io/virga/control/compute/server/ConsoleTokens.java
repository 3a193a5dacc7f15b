package io.virga.control.compute.server;

import io.virga.control.compute.model.Console;
import io.virga.control.compute.model.Server;
import io.virga.control.compute.store.ConsoleTokenStore;
import io.virga.control.compute.store.ConsoleTokenStore.Opens;
import io.virga.control.compute.store.ServerStore;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.tenancy.Viewer;
import io.virga.dataplane.digest.Sha256;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import reactor.core.publisher.Mono;

/**
 * Opens the consoles of servers to whoever has a token, which is good for {@link #LIFETIME}, as
 * often as it is shown. A session goes on when its token has expired.
 */
public final class ConsoleTokens {

  public static final Duration LIFETIME = Duration.ofMinutes(10);

  private static final int BYTES = 32;
  private static final int RUNNING = 1;
  private static final int PAUSED = 3;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Database database;
  private final ServerStore servers;
  private final ConsoleTokenStore tokens = new ConsoleTokenStore();

  public ConsoleTokens(Database database, ServerStore servers) {
    this.database = database;
    this.servers = servers;
  }

  /** A console of a server that is there. */
  public record Opened(Server server, Console console) {}

  /** A new token for a console of the server; fails with conflict if it does not run. */
  public Mono<String> issue(Server server, Console console) {
    requireRunning(server);
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    return tokens
        .insert(database, Sha256.hex(token), new Opens(server.id(), console), LIFETIME)
        .thenReturn(token);
  }

  /** What the token opens; fails with forbidden, or with conflict if the server does not run. */
  public Mono<Opened> open(String token) {
    return tokens
        .find(database, Sha256.hex(token))
        .flatMap(
            opens ->
                servers
                    .find(database, Viewer.EVERYTHING, opens.serverId())
                    .map(server -> new Opened(server, opens.console())))
        .onErrorMap(ApiFault::isNotFound, e -> refusal())
        .switchIfEmpty(Mono.error(ConsoleTokens::refusal))
        .doOnNext(opened -> requireRunning(opened.server()));
  }

  private static ApiFault refusal() {
    return ApiFault.forbidden("The token is invalid or has expired");
  }

  private static void requireRunning(Server server) {
    boolean running = server.powerState() == RUNNING || server.powerState() == PAUSED;
    if (server.runsOn().isEmpty() || !running) {
      throw ApiFault.conflict("Instance " + server.id() + " is not ready");
    }
  }
}
