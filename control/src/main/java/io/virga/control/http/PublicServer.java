package io.virga.control.http;

import io.virga.dataplane.configuration.HostPort;
import java.time.Duration;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.RouterFunctions;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** The public listener: WebFlux's functional core on Reactor Netty, without a container. */
public final class PublicServer {

  private static final int MAX_HEADER_BYTES = 32 << 10;
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(75);

  private PublicServer() {}

  /** Binds; blocks until it listens. */
  public static DisposableServer bind(HostPort listen, LoopResources loops, ApiRouter router) {
    return HttpServer.create()
        .runOn(loops)
        .bindAddress(listen::resolve)
        .idleTimeout(IDLE_TIMEOUT)
        .httpRequestDecoder(
            decoder ->
                decoder.maxHeaderSize(MAX_HEADER_BYTES).maxInitialLineLength(MAX_HEADER_BYTES))
        .handle(
            new ReactorHttpHandlerAdapter(
                RouterFunctions.toHttpHandler(router, HandlerStrategies.withDefaults())))
        .bindNow(Duration.ofSeconds(10));
  }
}
