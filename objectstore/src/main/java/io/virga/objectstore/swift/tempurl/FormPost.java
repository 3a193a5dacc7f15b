package io.virga.objectstore.swift.tempurl;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.store.Expiry;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.blocking.BlockingRequests;
import io.virga.objectstore.swift.blocking.BodyInput;
import io.virga.objectstore.swift.blocking.BodyOutput;
import io.virga.objectstore.swift.object.ContentTypes;
import io.virga.objectstore.swift.object.ObjectWriter;
import io.virga.objectstore.swift.wire.Html;
import io.virga.objectstore.swift.wire.ListedType;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Mono;

/** Uploads by HTML forms that are signed for a place, a size, a count and a time. */
public final class FormPost {

  private static final int MAXIMUM_VALUE = 4096;

  private final ObjectStore store;
  private final ObjectWriter writer;
  private final BlockingRequests blocking;
  private final InstantSource clock;

  public FormPost(
      ObjectStore store, ObjectWriter writer, BlockingRequests blocking, InstantSource clock) {
    this.store = store;
    this.writer = writer;
    this.blocking = blocking;
    this.clock = clock;
  }

  /** Whether a request is a form. */
  public static boolean isOne(Request request) {
    if (!request.method().equals("POST")) {
      return false;
    }
    Disposition type = Disposition.parse(request.header("content-type").orElse(""));
    return type.value().equals("multipart/form-data") && !type.parameter("boundary").isEmpty();
  }

  private record Form(Request request, SwiftPath path, List<SigningKeys.Key> keys) {}

  private record Outcome(int status, String message) {}

  /** Answers a form, for whose files the fields before them must give leave. */
  public Mono<Reply> handle(Request request, SwiftPath path) {
    Mono<List<SigningKeys.Key>> keys =
        path.isAccount() ? Mono.just(List.of()) : SigningKeys.of(store, path);
    return keys.flatMap(found -> blocking.run(() -> receive(new Form(request, path, found))));
  }

  private Reply receive(Form form) {
    String boundary =
        Disposition.parse(form.request().header("content-type").orElse("")).parameter("boundary");
    try (BodyInput in = new BodyInput(form.request().body())) {
      Map<String, String> fields = new LinkedHashMap<>();
      Outcome outcome = parts(form, new MultipartInput(in, boundary), fields);
      return reply(outcome, fields.getOrDefault("redirect", ""));
    } catch (IOException e) {
      throw SwiftError.badRequest("FormPost: " + reason(e));
    }
  }

  private static String reason(IOException e) {
    return e.getCause() instanceof PartInput.TooLong cause
        ? String.valueOf(cause.getMessage())
        : String.valueOf(e.getMessage());
  }

  private Outcome parts(Form form, MultipartInput parts, Map<String, String> fields)
      throws IOException {
    int files = 0;
    Outcome outcome = new Outcome(400, "no files to process");
    while (parts.next()) {
      Map<String, String> headers = parts.headers();
      Disposition disposition = Disposition.parse(headers.getOrDefault("content-disposition", ""));
      String filename = disposition.parameter("filename");
      if (!disposition.value().equals("form-data") || filename.isEmpty()) {
        String value = value(parts);
        fields.put(disposition.parameter("name").toLowerCase(Locale.ROOT), value);
        continue;
      }
      files++;
      if (files > number(fields, "max_file_count")) {
        return new Outcome(400, "max file count exceeded");
      }
      int status = store(form, parts, fields, headers, filename);
      outcome = new Outcome(status, "");
      if (status / 100 != 2) {
        return outcome;
      }
    }
    return outcome;
  }

  private static String value(MultipartInput parts) throws IOException {
    byte[] value = new byte[MAXIMUM_VALUE];
    int length = 0;
    int count = 0;
    while (count >= 0 && length < value.length) {
      length += count;
      count = parts.read(value, length, value.length - length);
    }
    return new String(value, 0, length, StandardCharsets.UTF_8).strip();
  }

  private static long number(Map<String, String> fields, String name) {
    String text = fields.getOrDefault(name, "");
    if (text.isEmpty()) {
      return 0;
    }
    if (!text.matches("-?[0-9]{1,15}")) {
      throw SwiftError.badRequest("FormPost: " + name + " not an integer");
    }
    return Long.parseLong(text);
  }

  private int store(
      Form form,
      MultipartInput parts,
      Map<String, String> fields,
      Map<String, String> headers,
      String filename)
      throws IOException {
    checkSignature(form, fields);
    SwiftPath base = form.path();
    ObjectPath path = new ObjectPath(base.account(), base.container(), base.object() + filename);
    SwiftPath.of(path);
    String type =
        Optional.ofNullable(fields.get("content-type"))
            .or(() -> Optional.ofNullable(headers.get("content-type")))
            .filter(given -> !given.isEmpty())
            .map(ListedType::shown)
            .orElseGet(() -> ContentTypes.guess(filename));
    Map<String, String> metadata = new LinkedHashMap<>();
    Optional.ofNullable(fields.get("content-encoding"))
        .or(() -> Optional.ofNullable(headers.get("content-encoding")))
        .ifPresent(encoding -> metadata.put("content-encoding", encoding));
    end(fields).ifPresent(second -> metadata.put(Expiry.DELETE_AT, Long.toString(second)));
    ObjectWriter.Put put = ObjectWriter.Put.of(path, type, metadata, OptionalLong.empty());
    try {
      PartInput file = new PartInput(parts, number(fields, "max_file_size"));
      BodyOutput.send(file, body -> writer.put(put, body));
      return 201;
    } catch (SwiftError error) {
      return error.status();
    }
  }

  private Optional<Long> end(Map<String, String> fields) {
    long now = clock.instant().getEpochSecond();
    if (fields.containsKey("x_delete_after")) {
      return Optional.of(now + Math.max(1, number(fields, "x_delete_after")));
    }
    if (!fields.containsKey("x_delete_at")) {
      return Optional.empty();
    }
    long second = number(fields, "x_delete_at");
    if (second <= now) {
      throw SwiftError.badRequest("FormPost: X-Delete-At in past");
    }
    return Optional.of(second);
  }

  private void checkSignature(Form form, Map<String, String> fields) {
    if (number(fields, "expires") < clock.instant().getEpochSecond()) {
      throw new SwiftError(401, "FormPost: Form Expired");
    }
    String message =
        String.join(
            "\n",
            UriText.decode(form.request().rawPath()).orElse(""),
            fields.getOrDefault("redirect", ""),
            fields.getOrDefault("max_file_size", "0"),
            fields.getOrDefault("max_file_count", "0"),
            fields.getOrDefault("expires", "0"));
    Optional<Signatures.Shown> shown = Signatures.parse(fields.getOrDefault("signature", ""));
    boolean good =
        shown
            .filter(s -> form.keys().stream().anyMatch(key -> s.fits(key.secret(), message)))
            .isPresent();
    if (!good) {
      throw new SwiftError(401, "FormPost: Invalid Signature");
    }
  }

  private static Reply reply(Outcome outcome, String redirect) {
    if (redirect.isEmpty()) {
      String text =
          outcome.message().isEmpty()
              ? StandardReplies.line(outcome.status())
              : StandardReplies.line(outcome.status()) + "\r\nFormPost: " + outcome.message();
      return Reply.text(outcome.status(), "text/plain", text);
    }
    String address =
        redirect
            + (redirect.contains("?") ? "&" : "?")
            + "status="
            + outcome.status()
            + "&message="
            + UriText.encode(outcome.message(), false);
    String page =
        "<html><body><p><a href=\"%s\">Click to continue...</a></p></body></html>"
            .formatted(Html.escape(address));
    return Reply.text(303, "text/html; charset=UTF-8", page).header("Location", address);
  }
}
