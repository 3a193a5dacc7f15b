package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Handler;
import io.virga.control.http.Ids;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.life.VolumeTransfers;
import io.virga.control.volume.model.VolumeTransfer;
import io.virga.control.volume.store.TransferStore;
import io.virga.control.volume.store.VolumeStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code /v3/{project}/volume-transfers}, from version 3.55 on, and {@code …/os-volume-transfer},
 * its form from before.
 */
final class TransferRoutes {

  private static final String THING = "Transfer";
  private static final String FORMER = "os-volume-transfer";
  private static final String NEWER = "volume-transfers";
  private static final int TRANSFERS = 55;
  private static final int PROJECTS = 57;

  private static final Filters LISTING =
      new Filters(
          Map.of(
              "name", Filters.equal("t.name"),
              "volume_id", FilterValues.word("t.volume_id::text"),
              "project_id", Filters.equal("t.project_id")),
          Map.of(
              "id", "%1$s.id",
              "name", "%1$s.name",
              "display_name", "%1$s.name",
              "volume_id", "%1$s.volume_id",
              "created_at", "%1$s.created_at"));

  private final Database database;
  private final VolumeStore volumes;
  private final TransferStore transfers;
  private final VolumeTransfers life;
  private final VolumeViews views;

  TransferRoutes(
      Database database,
      VolumeStore volumes,
      TransferStore transfers,
      VolumeTransfers life,
      VolumeViews views) {
    this.database = database;
    this.volumes = volumes;
    this.transfers = transfers;
    this.life = life;
    this.views = views;
  }

  List<Route> routes() {
    return Stream.of(new Form(FORMER, Integer.MAX_VALUE), new Form(NEWER, TRANSFERS))
        .flatMap(form -> routes(form).stream())
        .toList();
  }

  /**
   * How transfers are shown.
   *
   * @param newer since then there is more of them
   */
  private record Form(String collection, int newer) {

    Handler handler(FormHandler handler) {
      return request -> {
        if (collection.equals(NEWER)) {
          Microversion.require(request, newer);
        }
        return handler.handle(request, this);
      };
    }
  }

  @FunctionalInterface
  private interface FormHandler {
    Mono<ServerResponse> handle(ApiRequest request, Form form);
  }

  private List<Route> routes(Form form) {
    String all = "/" + form.collection();
    String one = all + "/{transfer}";
    return List.of(
        Projects.get(all, Rule.READER, form.handler((r, f) -> list(r, f, false))),
        Projects.get(all + "/detail", Rule.READER, form.handler((r, f) -> list(r, f, true))),
        Projects.post(all, Rule.MEMBER, form.handler(this::create)),
        Projects.get(one, Rule.READER, form.handler(this::show)),
        Projects.delete(one, Rule.MEMBER, form.handler((r, f) -> delete(r))),
        Projects.post(one + "/accept", Rule.MEMBER, form.handler(this::accept)));
  }

  private Mono<ServerResponse> list(ApiRequest request, Form form, boolean detailed) {
    return new ListPages<>(database, "transfers", THING, TransferStore.LISTS)
        .answer(
            request,
            LISTING.query(request),
            new Projects.Shown<>(
                transfer -> transfer.id().toString(),
                transfer ->
                    detailed ? detailed(request, form, transfer) : brief(request, form, transfer)));
  }

  private Mono<ServerResponse> show(ApiRequest request, Form form) {
    return transfers
        .find(database, Viewer.of(request.caller()), id(request))
        .flatMap(transfer -> Replies.ok(View.of("transfer", detailed(request, form, transfer))));
  }

  private Mono<ServerResponse> create(ApiRequest request, Form form) {
    return request
        .json()
        .map(body -> body.object("transfer"))
        .flatMap(body -> create(request, form, body))
        .flatMap(
            offer ->
                Replies.accepted(
                    View.of(
                        "transfer",
                        detailed(request, form, offer.transfer()).with("auth_key", offer.key()))));
  }

  private Mono<VolumeTransfers.Offer> create(ApiRequest request, Form form, JsonBody body) {
    String volumeId = body.text("volume_id", Specs.LENGTH);
    UUID id = Ids.parse(volumeId).orElseThrow(() -> ApiFault.notFound("Volume", volumeId));
    String name = body.optionalText("name", Specs.LENGTH).map(String::strip).orElse("");
    boolean noSnapshots = isNewer(request, form) && body.flag("no_snapshots", false);
    return database.inTransaction(
        transaction ->
            volumes
                .lock(transaction, Viewer.of(request.caller()), id)
                .flatMap(volume -> life.create(transaction, volume, name, noSnapshots)));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return database
        .inTransaction(
            transaction -> life.delete(transaction, Viewer.of(request.caller()), id(request)))
        .then(Replies.acceptedEmpty());
  }

  private Mono<ServerResponse> accept(ApiRequest request, Form form) {
    return request
        .json()
        .map(body -> body.object("accept").text("auth_key", Specs.LENGTH))
        .flatMap(
            key ->
                database.inTransaction(
                    transaction -> life.accept(transaction, request.caller(), id(request), key)))
        .flatMap(transfer -> Replies.accepted(View.of("transfer", brief(request, form, transfer))));
  }

  private static UUID id(ApiRequest request) {
    return request.id("transfer", THING);
  }

  private View brief(ApiRequest request, Form form, VolumeTransfer transfer) {
    return View.of("id", transfer.id())
        .with("name", Optional.of(transfer.name()).filter(name -> !name.isEmpty()))
        .with("volume_id", transfer.volumeId())
        .with(
            "links", views.links(request.projectId(), form.collection(), transfer.id().toString()));
  }

  private View detailed(ApiRequest request, Form form, VolumeTransfer transfer) {
    View view =
        brief(request, form, transfer).with("created_at", VolumeViews.time(transfer.createdAt()));
    if (isNewer(request, form)) {
      view.with("no_snapshots", transfer.noSnapshots());
      if (Microversion.of(request.raw()).isFrom(PROJECTS)) {
        view.with("source_project_id", transfer.projectId())
            .with("destination_project_id", Optional.empty())
            .with("accepted", false);
      }
    }
    return view;
  }

  private static boolean isNewer(ApiRequest request, Form form) {
    return Microversion.of(request.raw()).isFrom(form.newer());
  }
}
