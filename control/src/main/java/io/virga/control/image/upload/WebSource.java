package io.virga.control.image.upload;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.virga.control.fault.ApiFault;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * Fetches what a tenant names from the web. Every connection, also of a redirect, is looked at when
 * it is made, by the address that it goes to: a name cannot say another one then.
 */
public final class WebSource {

  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
  private static final int MAX_REDIRECTS = 3;

  /** The longest silence of a server. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private final HttpClient client;

  public WebSource(DownloadRules rules, LoopResources loops) {
    this.client =
        HttpClient.create(ConnectionProvider.newConnection())
            .runOn(loops)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .responseTimeout(SILENCE)
            .disableRetry(true)
            .followRedirect(
                (request, response) ->
                    response.status().code() / 100 == 3
                        && request.redirectedFrom().length < MAX_REDIRECTS)
            .doOnChannelInit(
                (observer, channel, address) -> channel.pipeline().addFirst(new Guard(rules)));
  }

  /** Its bytes; fails with bad request, saying why, if there are none to be had. */
  Flux<byte[]> get(URI uri) {
    return client
        .get()
        .uri(uri)
        .response(
            (response, body) ->
                response.status().code() == 200
                    ? body.asByteArray().timeout(SILENCE)
                    : Flux.<byte[]>error(refused(uri, response)))
        .onErrorMap(Guard.Refused.class, e -> ApiFault.badRequest(uri + ": " + e.getMessage()))
        .onErrorMap(
            e -> e instanceof IOException || e instanceof TimeoutException,
            e -> ApiFault.badRequest(uri + " cannot be downloaded: " + e.getMessage()));
  }

  private static ApiFault refused(URI uri, HttpClientResponse response) {
    return ApiFault.badRequest(uri + " answers " + response.status());
  }

  /** Lets no connection go where none may. */
  private static final class Guard extends ChannelOutboundHandlerAdapter {

    private final DownloadRules rules;

    Guard(DownloadRules rules) {
      this.rules = rules;
    }

    static final class Refused extends RuntimeException {
      private static final long serialVersionUID = 1;

      Refused(String message) {
        super(message, null, false, false);
      }
    }

    @Override
    public void connect(
        ChannelHandlerContext context,
        SocketAddress remote,
        SocketAddress local,
        ChannelPromise promise) {
      if (remote instanceof InetSocketAddress peer && rules.allows(peer)) {
        context.connect(remote, local, promise);
      } else {
        promise.setFailure(
            new Refused("images are not downloaded from there, by the operator's rules"));
      }
    }
  }
}
