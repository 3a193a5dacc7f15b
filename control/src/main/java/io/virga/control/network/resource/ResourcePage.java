package io.virga.control.network.resource;

import io.virga.control.http.ApiRequest;
import io.virga.control.http.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * One page of a list with its links, by Neutron's rules: a page forwards that is full has a next
 * one, be it empty, and every page but the first one backwards has a previous one.
 *
 * @param full whether there were as many rows as may be on a page
 * @param more whether there were more
 */
record ResourcePage<T>(ListQuery query, List<Item<T>> items, boolean full, boolean more) {

  static <T> ResourcePage<T> of(ListQuery query, List<Item<T>> fetched) {
    boolean more = fetched.size() > query.limit();
    List<Item<T>> items = more ? fetched.subList(0, query.limit()) : fetched;
    return new ResourcePage<>(
        query, query.reversed() ? items.reversed() : items, fetched.size() >= query.limit(), more);
  }

  View view(ApiRequest request, ResourceType<T> type) {
    List<String> fields = request.queries("fields");
    View body =
        View.of(
            type.names().all(),
            items.stream().map(item -> type.view(request.caller(), fields, item)).toList());
    List<View> links = links(request);
    return links.isEmpty() ? body : body.with(type.names().all() + "_links", links);
  }

  private List<View> links(ApiRequest request) {
    List<View> links = new ArrayList<>();
    if (query.paged() ? full || query.reversed() : more) {
      links.add(link(request, "next", last()));
    }
    if (query.paged() && (full || !query.reversed())) {
      links.add(link(request, "previous", first()));
    }
    return links;
  }

  private Optional<Item<T>> last() {
    return items.isEmpty() ? Optional.empty() : Optional.of(items.getLast());
  }

  private Optional<Item<T>> first() {
    return items.isEmpty() ? Optional.empty() : Optional.of(items.getFirst());
  }

  private static <T> View link(ApiRequest request, String rel, Optional<Item<T>> marker) {
    UriComponentsBuilder uri =
        UriComponentsBuilder.fromUri(request.uri())
            .replaceQueryParam("marker")
            .replaceQueryParam("page_reverse");
    marker.ifPresent(item -> uri.queryParam("marker", item.standard().id()));
    if (rel.equals("previous")) {
      uri.queryParam("page_reverse", "True");
    }
    return View.of("rel", rel).with("href", uri.build().toUriString());
  }
}
