package io.virga.control.identity.credential;

import static io.virga.control.policy.Rule.LOGGED_IN;

import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.identity.reach.Delegated;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** EC2 key pairs, by {@code /v3/users/{id}/credentials/OS-EC2}. */
public final class Ec2Routes {

  private static final String ALL = "/v3/users/{id}/credentials/OS-EC2";
  private static final String ONE = ALL + "/{access}";

  private final Ec2KeyPairs pairs;
  private final Keystone keystone;

  public Ec2Routes(Ec2KeyPairs pairs, Keystone keystone) {
    this.pairs = pairs;
    this.keystone = keystone;
  }

  public List<Route> routes() {
    return List.of(
        Route.get(ALL, LOGGED_IN, this::list),
        Route.post(ALL, LOGGED_IN, this::create),
        Route.get(ONE, LOGGED_IN, this::show),
        Route.delete(ONE, LOGGED_IN, this::delete));
  }

  private View view(Ec2KeyPair pair) {
    return keystone.linked(
        "users/" + pair.userId() + "/credentials/OS-EC2",
        pair.access(),
        View.of("access", pair.access())
            .with("secret", pair.secret())
            .with("user_id", pair.userId())
            .with("tenant_id", pair.projectId())
            .with("trust_id", Optional.empty()));
  }

  /** The user of the path; only a user itself and an admin get in. */
  private static String user(ApiRequest request) {
    String user = request.path("id");
    CredentialRoutes.checkOwn(request.caller(), user);
    return user;
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Delegated.refuse(request.caller(), CredentialRoutes.MANAGING);
    return pairs
        .ofUser(user(request))
        .map(found -> found.stream().map(this::view).toList())
        .flatMap(views -> keystone.list(request, "credentials", views));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    Delegated.refuse(request.caller(), CredentialRoutes.MANAGING);
    String user = user(request);
    return request
        .json()
        .map(body -> body.text("tenant_id", 64))
        .map(project -> Ec2KeyPair.made(Ids.nextHex(), Ids.nextHex(), user, project))
        .flatMap(pair -> pairs.store(request.caller(), pair))
        .flatMap(pair -> Replies.created(View.of("credential", view(pair))));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    Delegated.refuse(request.caller(), CredentialRoutes.MANAGING);
    return pairs
        .find(user(request), request.path("access"))
        .flatMap(pair -> Replies.ok(View.of("credential", view(pair))));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    Delegated.refuse(request.caller(), CredentialRoutes.MANAGING);
    return pairs
        .find(user(request), request.path("access"))
        .flatMap(pairs::remove)
        .then(Replies.noContent());
  }
}
