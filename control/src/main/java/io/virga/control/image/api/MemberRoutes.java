package io.virga.control.image.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.image.model.Image;
import io.virga.control.image.model.Member;
import io.virga.control.image.store.ImageStore;
import io.virga.control.image.store.MemberStore;
import io.virga.control.image.view.Times;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code /v2/images/{id}/members}: its owner says whom a shared image is shared with, and each of
 * them what he makes of it.
 */
public final class MemberRoutes {

  private static final int MAX_MEMBERS = 128;

  private final Database database;
  private final ImageStore images;
  private final MemberStore members;

  public MemberRoutes(Database database, ImageStore images, MemberStore members) {
    this.database = database;
    this.images = images;
    this.members = members;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v2/images/{id}/members", Rule.READER, this::list),
        Route.post("/v2/images/{id}/members", Rule.MEMBER, this::create),
        Route.get("/v2/images/{id}/members/{member}", Rule.READER, this::show),
        Route.put("/v2/images/{id}/members/{member}", Rule.MEMBER, this::answer),
        Route.delete("/v2/images/{id}/members/{member}", Rule.MEMBER, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return shared(request)
        .flatMapMany(
            image -> members.list(database, image.id()).filter(m -> sees(request, image, m)))
        .map(MemberRoutes::view)
        .collectList()
        .flatMap(all -> Replies.ok(View.of("members", all).with("schema", "/v2/schemas/members")));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return shared(request)
        .flatMap(
            image ->
                members
                    .find(database, image.id(), member(request))
                    .filter(m -> sees(request, image, m)))
        .switchIfEmpty(Mono.error(() -> noMember(request)))
        .flatMap(member -> Replies.ok(view(member)));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> body.text("member", ImageBodies.NAME_LENGTH))
        .flatMap(
            project ->
                database.inTransaction(
                    transaction ->
                        images
                            .lockOwned(
                                transaction, Viewer.of(request.caller()), request.id("id", "Image"))
                            .map(MemberRoutes::shared)
                            .flatMap(
                                image ->
                                    members
                                        .count(transaction, image.id())
                                        .filter(count -> count < MAX_MEMBERS)
                                        .switchIfEmpty(Mono.error(MemberRoutes::tooMany))
                                        .then(members.insert(transaction, image.id(), project)))))
        .onErrorMap(
            DuplicateKeyException.class,
            e -> ApiFault.conflict("The image is shared with that project already."))
        .flatMap(member -> Replies.ok(view(member)));
  }

  private Mono<ServerResponse> answer(ApiRequest request) {
    return request
        .json()
        .map(
            body ->
                body.optionalChoice("status", Member.STATUSES)
                    .orElseThrow(() -> ApiFault.badRequest("status: is required")))
        .flatMap(
            status ->
                shared(request)
                    .flatMap(
                        image -> {
                          if (!request.caller().sees(member(request))) {
                            return Mono.error(
                                ApiFault.forbidden(
                                    "Only the member itself says whether it accepts an image."));
                          }
                          return members.answer(database, image.id(), member(request), status);
                        }))
        .switchIfEmpty(Mono.error(() -> noMember(request)))
        .flatMap(member -> Replies.ok(view(member)));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return images
        .findOwned(database, Viewer.of(request.caller()), request.id("id", "Image"))
        .map(MemberRoutes::shared)
        .flatMap(image -> members.delete(database, image.id(), member(request)))
        .filter(deleted -> deleted)
        .switchIfEmpty(Mono.error(() -> noMember(request)))
        .then(Replies.noContent());
  }

  private Mono<Image> shared(ApiRequest request) {
    return images
        .find(database, Viewer.of(request.caller()), request.id("id", "Image"))
        .map(MemberRoutes::shared);
  }

  private static Image shared(Image image) {
    if (!image.attributes().visibility().equals("shared")) {
      throw ApiFault.forbidden("Only shared images have members.");
    }
    return image;
  }

  /** Its owner sees all members, a member only itself. */
  private static boolean sees(ApiRequest request, Image image, Member member) {
    return request.caller().sees(image.projectId()) || request.caller().sees(member.projectId());
  }

  private static String member(ApiRequest request) {
    return request.path("member");
  }

  private static ApiFault noMember(ApiRequest request) {
    return ApiFault.notFound("Member", member(request));
  }

  private static ApiFault tooMany() {
    return ApiFault.of(
        FaultKind.TOO_LARGE,
        "The limit of %d members of an image has been exceeded.".formatted(MAX_MEMBERS));
  }

  private static View view(Member member) {
    return View.of("image_id", member.imageId())
        .with("member_id", member.projectId())
        .with("status", member.status())
        .with("created_at", Times.text(member.createdAt()))
        .with("updated_at", Times.text(member.updatedAt()))
        .with("schema", "/v2/schemas/member");
  }
}
