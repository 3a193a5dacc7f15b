package io.virga.netagent.dns;

import io.virga.dataplane.transport.Transport;
import io.virga.netagent.dns.GuestDns.Way;
import io.virga.netagent.octets.Octets;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The resolvers of the host, which are asked one after the other in a guest's name: its message
 * goes on as it is, but for a number that nobody can guess, from a socket of its own. Any thread;
 * never blocks.
 */
public final class Resolvers {

  private static final int MOST_QUESTIONS = 1024;
  private static final int MOST_QUESTIONS_OF_A_PORT = 32;

  private final Transport transport;
  private final List<InetSocketAddress> servers;
  private final Turns turns = new Turns(MOST_QUESTIONS, MOST_QUESTIONS_OF_A_PORT);
  private final SecureRandom random = new SecureRandom();

  /**
   * @param transport on whose loops they are asked
   * @param servers at least one, in the order in which they are asked
   */
  public Resolvers(Transport transport, List<InetSocketAddress> servers) {
    this.transport = transport;
    this.servers = List.copyOf(servers);
  }

  /**
   * Asks.
   *
   * @param query with one question
   * @param ofport the guest's port, of which only so many questions are asked at once
   * @return the answer under the query's own number; fails if there is none in time, or too much
   *     has been asked already
   */
  CompletableFuture<Octets> ask(Octets query, Way way, int ofport) {
    if (!turns.take(ofport)) {
      return CompletableFuture.failedFuture(new IllegalStateException("too many questions"));
    }
    Octets hidden = DnsMessages.withId(Octets.ofLong(random.nextInt(1 << 16), 2), query);
    return askFrom(0, hidden, way)
        .thenApply(answer -> DnsMessages.withId(DnsMessages.id(query), answer))
        .whenComplete((_, _) -> turns.giveBack(ofport));
  }

  private CompletableFuture<Octets> askFrom(int server, Octets query, Way way) {
    return UpstreamQuestion.ask(transport, servers.get(server), query, way)
        .exceptionallyCompose(
            failure ->
                server + 1 < servers.size()
                    ? askFrom(server + 1, query, way)
                    : CompletableFuture.failedFuture(new CompletionException(failure)));
  }
}
