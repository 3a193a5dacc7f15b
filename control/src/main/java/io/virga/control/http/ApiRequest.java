package io.virga.control.http;

import io.virga.control.audit.AuditLog;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.policy.Caller;
import io.virga.dataplane.json.Json;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/** A request whose route is known and whose caller has been let in. */
public final class ApiRequest {

  /** The longest JSON body that is read. */
  public static final int MAX_JSON_BYTES = 1 << 20;

  private final ServerRequest request;
  private final Map<String, String> pathVariables;
  private final Optional<Caller> caller;
  private final AuditLog.Origin origin;

  ApiRequest(
      ServerRequest request,
      Map<String, String> pathVariables,
      Optional<Caller> caller,
      AuditLog.Origin origin) {
    this.request = request;
    this.pathVariables = Map.copyOf(pathVariables);
    this.caller = caller;
    this.origin = origin;
  }

  /** What the reply calls the request, {@code req-} and a UUID. */
  public String requestId() {
    return origin.requestId();
  }

  /**
   * Who is calling.
   *
   * @throws ApiFault unauthorized, if the route is open to anyone and no token came
   */
  public Caller caller() {
    return caller.orElseThrow(
        () -> ApiFault.unauthorized("The request you have made requires authentication."));
  }

  /** The project that the caller's token is scoped to. */
  public String projectId() {
    return caller().projectId();
  }

  /** The value of {@code {name}} in the route's pattern. */
  public String path(String name) {
    return Optional.ofNullable(pathVariables.get(name))
        .orElseThrow(() -> new IllegalArgumentException("no {" + name + "} in the pattern"));
  }

  /**
   * The value of {@code {name}} as the id of a thing. What is no UUID is nobody's id, so clients
   * that try a name as an id get the 404 they look for.
   */
  public UUID id(String name, String thing) {
    String text = path(name);
    return Ids.parse(text).orElseThrow(() -> ApiFault.notFound(thing, text));
  }

  public Optional<String> query(String name) {
    Optional<String> value = request.queryParam(name).filter(text -> !text.isEmpty());
    value.ifPresent(text -> JsonBody.checkText(name, text));
    return value;
  }

  /** All values of the parameter, also empty ones, in their order. */
  public List<String> queries(String name) {
    List<String> values = request.queryParams().getOrDefault(name, List.of());
    List<String> texts = values.stream().map(text -> Objects.requireNonNullElse(text, "")).toList();
    texts.forEach(text -> JsonBody.checkText(name, text));
    return texts;
  }

  /** The names of all parameters. */
  public Set<String> queryNames() {
    return request.queryParams().keySet();
  }

  /** Whether the parameter is there at all, with or without a value. */
  public boolean hasQuery(String name) {
    return request.queryParams().containsKey(name);
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(request.headers().firstHeader(name));
  }

  /** Where the request came from. */
  public AuditLog.Origin origin() {
    return origin;
  }

  /** The address that the client used. */
  public URI uri() {
    return request.uri();
  }

  /** For what this class does not offer. */
  public ServerRequest raw() {
    return request;
  }

  /** The body as it arrives; every buffer is the receiver's to release. */
  public Flux<DataBuffer> content() {
    return request.body(BodyExtractors.toDataBuffers());
  }

  /** The body as a JSON object of at most {@link #MAX_JSON_BYTES}. */
  public Mono<JsonBody> json() {
    return bytes()
        .switchIfEmpty(
            Mono.error(() -> ApiFault.badRequest("The body is empty; a JSON object is expected.")))
        .map(ApiRequest::parse);
  }

  private Mono<byte[]> bytes() {
    if (request.headers().contentLength().orElse(0) > MAX_JSON_BYTES) {
      return Mono.error(tooLarge());
    }
    return DataBufferUtils.join(content(), MAX_JSON_BYTES)
        .map(
            buffer -> {
              byte[] bytes = new byte[buffer.readableByteCount()];
              buffer.read(bytes);
              DataBufferUtils.release(buffer);
              return bytes;
            })
        .onErrorMap(DataBufferLimitException.class, e -> tooLarge());
  }

  private static ApiFault tooLarge() {
    return ApiFault.of(
        FaultKind.TOO_LARGE, "The body is longer than " + MAX_JSON_BYTES + " bytes.");
  }

  private static JsonBody parse(byte[] bytes) {
    try {
      return JsonBody.ofRoot(Json.mapper().readTree(bytes));
    } catch (JacksonException e) {
      throw ApiFault.badRequest("The body is not JSON: " + e.getOriginalMessage());
    }
  }
}
