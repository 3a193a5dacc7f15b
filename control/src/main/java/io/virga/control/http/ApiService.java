package io.virga.control.http;

import io.virga.control.fault.FaultForm;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;

/** One OpenStack API: everything below one first path segment of the public listener. */
public interface ApiService {

  /** The first path segment, for example {@code compute}. */
  String prefix();

  /** All that catalogs call the service, for the access rules of application credentials. */
  default Set<String> serviceTypes() {
    return Set.of(prefix());
  }

  /** How it words its errors. */
  FaultForm faults();

  /**
   * Whether a slash at the end is passed over at any depth. Where it is not, it is what is left of
   * a path whose id is empty, and there is nothing.
   */
  default boolean passesOverTrailingSlashes() {
    return false;
  }

  /** All that it answers; asked for once, at start. */
  List<Route> routes();

  /**
   * Adds the service's own headers to every reply, for example the microversion. May fail with an
   * {@link io.virga.control.fault.ApiFault}.
   */
  default void decorate(ServerRequest request, String requestId, HttpHeaders response) {}
}
