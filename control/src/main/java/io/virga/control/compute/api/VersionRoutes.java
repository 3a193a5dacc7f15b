package io.virga.control.compute.api;

import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.net.URI;
import java.util.List;

/** Which versions of the API there are. */
final class VersionRoutes {

  private static final String UPDATED = "2026-11-01T00:00:00Z";

  private final URI endpoint;

  VersionRoutes(URI endpoint) {
    this.endpoint = endpoint;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            "/",
            Rule.ANYONE,
            request -> Replies.ok(View.of("versions", List.of(oldest(), newest())))),
        Route.get(
            "/v2",
            Rule.ANYONE,
            request -> Replies.ok(View.of("version", typed(oldest(), "version=2")))),
        Route.get(
            "/v2.1",
            Rule.ANYONE,
            request -> Replies.ok(View.of("version", typed(newest(), "version=2.1")))),
        Route.get(
            "/v2.1/extensions",
            Rule.LOGGED_IN,
            request -> Replies.ok(View.of("extensions", List.of()))));
  }

  /** Clients expect to be told of it first, as of one that is left only in name. */
  private View oldest() {
    return version("v2.0", "SUPPORTED", "v2").with("version", "").with("min_version", "");
  }

  private View newest() {
    return version("v2.1", "CURRENT", "v2.1")
        .with("version", "2." + Microversion.MAX_MINOR)
        .with("min_version", "2." + Microversion.MIN_MINOR);
  }

  private View version(String id, String status, String path) {
    return View.of("id", id)
        .with("status", status)
        .with("updated", UPDATED)
        .with(
            "links",
            List.of(View.of("rel", "self").with("href", endpoint + "/compute/" + path + "/")));
  }

  private static View typed(View view, String version) {
    return view.with(
        "media-types",
        List.of(
            View.of("base", "application/json")
                .with("type", "application/vnd.openstack.compute+json;" + version)));
  }
}
