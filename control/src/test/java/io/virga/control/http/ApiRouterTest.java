package io.virga.control.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultForm;
import io.virga.control.policy.Rule;
import io.virga.control.testing.TestApi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

final class ApiRouterTest {

  private static final TestApi API =
      TestApi.start(
          api ->
              List.of(
                  new Toys("compute", FaultForm.COMPUTE), new Toys("network", FaultForm.NETWORK)));

  private final String member = API.token("p1", "member", "reader");
  private final String reader = API.token("p1", "reader");

  @AfterAll
  static void close() {
    API.close();
  }

  /** A service with one of each. */
  private record Toys(String prefix, FaultForm faults) implements ApiService {

    @Override
    public List<Route> routes() {
      return List.of(
          Route.get("/", Rule.ANYONE, r -> Replies.ok(View.of("open", true))),
          Route.get("/toys", Rule.READER, Toys::list),
          Route.post("/toys", Rule.MEMBER, Toys::make),
          Route.get(
              "/toys/{id}", Rule.READER, r -> Mono.error(ApiFault.notFound("Toy", r.path("id")))),
          Route.get("/toys/best", Rule.READER, r -> Replies.ok(View.of("best", r.projectId()))),
          Route.get(
              "/broken", Rule.ANYONE, r -> Mono.error(new IllegalStateException("secret detail"))));
    }

    private static Mono<ServerResponse> list(ApiRequest request) {
      Page page = Page.of(request);
      int start = page.marker().map(Integer::parseInt).orElse(0) + 1;
      List<Integer> fetched =
          java.util.stream.IntStream.range(start, Math.min(6, start + page.fetch()))
              .boxed()
              .toList();
      return Replies.ok(page.cut(fetched, Object::toString).view("toys"));
    }

    private static Mono<ServerResponse> make(ApiRequest request) {
      return request
          .json()
          .map(body -> body.object("toy"))
          .map(
              toy ->
                  View.of("name", toy.text("name", 5))
                      .with("size", toy.number("size", 1, 16))
                      .with("colour", toy.optionalText("colour", 10)))
          .flatMap(toy -> Replies.created(View.of("toy", toy)));
    }
  }

  @Test
  void asksForATokenAndSaysWhereToGetOne() {
    TestApi.Answer answer = API.get("/compute/toys", "");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.at("/error/code")).isEqualTo("401");
    assertThat(answer.header("WWW-Authenticate"))
        .isEqualTo("Keystone uri=\"http://virga.test/identity\"");
    assertThat(API.get("/compute/toys", "v1.nonsense.x").status()).isEqualTo(401);
    assertThat(API.get("/compute/toys", member + "x").status()).isEqualTo(401);
  }

  @Test
  void opensARouteOnlyToItsRole() {
    assertThat(API.post("/compute/toys", reader, Map.of()).status()).isEqualTo(403);
    assertThat(API.post("/compute/toys", reader, Map.of()).at("/forbidden/message"))
        .contains("POST /toys needs the role member");
    assertThat(API.get("/compute/toys/best", reader).at("/best")).isEqualTo("p1");
  }

  @Test
  void tellsAnUnknownPathFromAWrongMethod() {
    assertThat(API.get("/compute/cars", member).at("/itemNotFound/code")).isEqualTo("404");
    assertThat(API.get("/nowhere", member).status()).isEqualTo(404);
    TestApi.Answer wrong = API.delete("/compute/toys", member);
    assertThat(wrong.status()).isEqualTo(405);
    assertThat(wrong.header("Allow")).isEqualTo("GET, POST");
  }

  @Test
  void answersBelowTheBarePrefixAndWithATrailingSlash() {
    assertThat(API.get("/compute", "").status()).isEqualTo(200);
    assertThat(API.get("/compute/", "").status()).isEqualTo(200);
    assertThat(API.get("/compute/toys/", reader).status()).isEqualTo(200);
  }

  @Test
  void anEmptyIdIsNobodys() {
    assertThat(API.get("/compute/toys/7/", reader).status()).isEqualTo(404);
    assertThat(API.get("/compute/toys/7/", reader).at("/itemNotFound/message"))
        .isEqualTo("There is nothing at /compute/toys/7/.");
  }

  @Test
  void wordsAFaultAsTheServiceDoes() {
    assertThat(API.get("/compute/toys/7", reader).at("/itemNotFound/message"))
        .isEqualTo("Toy 7 could not be found.");
    assertThat(API.get("/network/toys/7", reader).at("/NeutronError/type"))
        .isEqualTo("ToyNotFound");
  }

  @Test
  void namesTheMemberAndTheValueThatItRefuses() {
    assertThat(refused("{\"toy\":{\"name\":\"ball\",\"size\":-1}}"))
        .isEqualTo("toy.size: -1 is not between 1 and 16");
    assertThat(refused("{\"toy\":{\"name\":\"balloon\",\"size\":1}}"))
        .isEqualTo("toy.name: 'balloon' is longer than 5 characters");
    assertThat(refused("{\"toy\":{\"name\":7,\"size\":1}}")).isEqualTo("toy.name: 7 is not a text");
    assertThat(refused("{\"toy\":{\"name\":\"a\\u0000\",\"size\":1}}"))
        .isEqualTo("toy.name: holds a character that is not text");
    assertThat(refused("{\"toy\":[]}")).isEqualTo("toy: [] is not an object");
    assertThat(refused("{\"toy\":{\"size\":1}}")).isEqualTo("toy.name: is required");
    assertThat(refused("{\"toy\":{\"name\":\"a\",\"size\":1e400}}")).contains("not a whole number");
    assertThat(refused("{\"toy\":{\"name\":\"a\",\"size\":99999999999999999999}}"))
        .contains("is not between");
    assertThat(refused("{\"toy\"")).startsWith("The body is not JSON");
    assertThat(refused("[1]")).isEqualTo("The body is not a JSON object.");
    assertThat(refused("")).startsWith("The body is empty");
  }

  private String refused(String body) {
    TestApi.Answer answer = API.post("/compute/toys", member, body);
    assertThat(answer.status()).isEqualTo(400);
    return answer.at("/badRequest/message");
  }

  @Test
  void showsAnAbsentTextAsNull() {
    TestApi.Answer made =
        API.post("/compute/toys", member, "{\"toy\":{\"name\":\"a\",\"size\":\"3\"}}");
    assertThat(made.text()).isEqualTo("{\"toy\":{\"name\":\"a\",\"size\":3,\"colour\":null}}");
  }

  @Test
  void refusesABodyThatIsTooLong() {
    assertThat(
            API.post("/compute/toys", member, "x".repeat(ApiRequest.MAX_JSON_BYTES + 1)).status())
        .isEqualTo(413);
  }

  @Test
  void hidesWhatBrokeAndNamesTheRequest() {
    TestApi.Answer answer = API.get("/compute/broken", "");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.text()).doesNotContain("secret detail");
    assertThat(answer.text()).contains(answer.header("X-Openstack-Request-Id"));
  }

  @Test
  void pagesByMarkerUntilNothingIsLeft() {
    TestApi.Answer first = API.get("/compute/toys?limit=2", reader);
    assertThat(first.at("/toys_links/0/href")).endsWith("/compute/toys?limit=2&marker=2");
    TestApi.Answer last = API.get("/compute/toys?limit=3&marker=2", reader);
    assertThat(last.text()).isEqualTo("{\"toys\":[3,4,5]}");
    assertThat(API.get("/compute/toys?limit=-1", reader).status()).isEqualTo(400);
  }
}
