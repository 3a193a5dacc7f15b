package io.virga.control.identity.view;

import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.View;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Keystone's envelopes.
 *
 * @param base the address of identity v3, without a slash at the end
 */
public record Keystone(URI base) {

  /**
   * There is none, or it is not the caller's to know of.
   *
   * @param thing for example {@code project}
   */
  public static ApiFault notFound(String thing, String id) {
    return ApiFault.of(FaultKind.NOT_FOUND, "Could not find %s: %s.".formatted(thing, id));
  }

  /** A thing with the link to itself. */
  public View linked(String collection, String id, View view) {
    return view.with("links", View.of("self", base + "/" + collection + "/" + id));
  }

  /** A whole list. */
  public Mono<ServerResponse> list(ApiRequest request, String member, List<View> items) {
    return list(request, member, new Page.Cut<>(items, Optional.empty()));
  }

  /** One page of a list. */
  public Mono<ServerResponse> list(ApiRequest request, String member, Page.Cut<View> page) {
    View links =
        View.of("self", request.uri().toString())
            .with("previous", Optional.empty())
            .with("next", page.next());
    return Replies.ok(View.of(member, page.items()).with("links", links));
  }
}
