package io.virga.control.identity.token;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import io.virga.control.identity.password.Passwords;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The body of {@code POST /v3/auth/tokens}, checked.
 *
 * @param methods at least one; each has to show the same user
 */
record AuthRequest(List<Method> methods, Scope scope) {

  static final int MAX_NAME = 255;
  private static final String TRUST = "OS-TRUST:trust";
  private static final int MAX_TOKEN = 16 << 10;

  /** Something by its id, or by its name and the domain that it is in. */
  record Reference(Optional<String> id, Optional<String> name, Optional<DomainReference> domain) {

    /** The id, or {@code name@domain}. */
    @Override
    public String toString() {
      return id.orElseGet(
          () -> name.orElse("") + "@" + domain.map(DomainReference::toString).orElse(""));
    }
  }

  /** A domain by its id or its name. */
  record DomainReference(Optional<String> id, Optional<String> name) {

    @Override
    public String toString() {
      return id.or(() -> name).orElse("");
    }
  }

  /** How the user shows who it is. */
  sealed interface Method {

    record Password(Reference user, String password) implements Method {
      @Override
      public String toString() {
        return "Password[user=" + user + "]";
      }
    }

    record Totp(Reference user, String passcode) implements Method {
      @Override
      public String toString() {
        return "Totp[user=" + user + "]";
      }
    }

    record Token(String token) implements Method {
      @Override
      public String toString() {
        return "Token[]";
      }
    }

    record ApplicationCredential(
        Optional<String> id, Optional<String> name, Optional<Reference> user, String secret)
        implements Method {
      /** Its id, or its name and whose it is. */
      String claimed() {
        return id.orElseGet(
            () -> name.orElse("") + " of " + user.map(Reference::toString).orElse(""));
      }

      @Override
      public String toString() {
        return "ApplicationCredential[" + claimed() + "]";
      }
    }
  }

  /** Who the client says that it is, where it shows a secret that may be guessed. */
  Optional<String> claimedName() {
    return methods.stream()
        .flatMap(
            method ->
                switch (method) {
                  case Method.Password password -> Stream.of(password.user().toString());
                  case Method.Totp totp -> Stream.of(totp.user().toString());
                  case Method.ApplicationCredential credential -> Stream.of(credential.claimed());
                  case Method.Token _ -> Stream.<String>empty();
                })
        .findFirst();
  }

  /** What is shown, in the API's words. */
  List<String> methodNames() {
    return methods.stream()
        .map(
            method ->
                switch (method) {
                  case Method.Password _ -> "password";
                  case Method.Totp _ -> "totp";
                  case Method.Token _ -> "token";
                  case Method.ApplicationCredential _ -> "application_credential";
                })
        .toList();
  }

  /** What the token shall be for. */
  sealed interface Scope {

    /** Nothing was said: the user's default project, or unscoped. */
    record Default() implements Scope {}

    record Unscoped() implements Scope {}

    record Project(Reference project) implements Scope {}

    record Domain(DomainReference domain) implements Scope {}

    record System() implements Scope {}

    record Trust(String id) implements Scope {}
  }

  static AuthRequest of(JsonBody body) {
    JsonBody auth = body.object("auth");
    return new AuthRequest(methods(auth.object("identity")), scope(auth));
  }

  private static List<Method> methods(JsonBody identity) {
    List<String> names = identity.texts("methods", 8, 64).stream().distinct().toList();
    if (names.isEmpty()) {
      throw ApiFault.badRequest(
          identity.at("methods")
              + ": at least one of password, totp, token, application_credential is required");
    }
    if (names.size() > 1 && names.contains("application_credential")) {
      throw ApiFault.badRequest(
          identity.at("methods") + ": application_credential stands for itself");
    }
    return names.stream().map(name -> method(name, identity)).toList();
  }

  private static Method method(String name, JsonBody identity) {
    return switch (name) {
      case "password" -> {
        JsonBody user = identity.object("password").object("user");
        yield new Method.Password(
            reference(user), user.optionalText("password", Passwords.MAX_LENGTH).orElse(""));
      }
      case "totp" -> {
        JsonBody user = identity.object("totp").object("user");
        yield new Method.Totp(reference(user), user.text("passcode", MAX_NAME));
      }
      case "token" -> new Method.Token(identity.object("token").text("id", MAX_TOKEN));
      case "application_credential" -> applicationCredential(identity);
      default ->
          throw identity.has(name)
              ? ApiFault.unauthorized("Attempted to authenticate with an unsupported method.")
              : ApiFault.badRequest(identity.at(name) + ": is required");
    };
  }

  private static Method applicationCredential(JsonBody identity) {
    JsonBody credential = identity.object("application_credential");
    Optional<String> id = credential.optionalText("id", MAX_NAME);
    Optional<Reference> user = credential.optionalObject("user").map(AuthRequest::reference);
    if (id.isEmpty() && user.isEmpty()) {
      throw ApiFault.badRequest(credential.at("id") + ": is required, or name and user");
    }
    return new Method.ApplicationCredential(
        id,
        id.isPresent() ? Optional.empty() : Optional.of(credential.text("name", MAX_NAME)),
        user,
        credential.text("secret", Passwords.MAX_LENGTH));
  }

  private static Scope scope(JsonBody auth) {
    if (auth.member("scope").isEmpty()) {
      return new Scope.Default();
    }
    if (auth.member("scope").filter(scope -> scope.isString()).isPresent()) {
      String word = auth.text("scope", 64);
      if (!word.equals("unscoped")) {
        throw ApiFault.badRequest(auth.at("scope") + ": '" + word + "' is not unscoped");
      }
      return new Scope.Unscoped();
    }
    JsonBody scope = auth.object("scope");
    if (scope.has("unscoped")) {
      return new Scope.Unscoped();
    }
    if (scope.has("project")) {
      return new Scope.Project(reference(scope.object("project")));
    }
    if (scope.has("domain")) {
      return new Scope.Domain(domainReference(scope.object("domain")));
    }
    if (scope.has("system")) {
      if (!scope.object("system").strictFlag("all", false)) {
        throw ApiFault.badRequest("auth.scope.system.all: only true is accepted");
      }
      return new Scope.System();
    }
    if (scope.has(TRUST)) {
      return new Scope.Trust(scope.object(TRUST).text("id", MAX_NAME));
    }
    throw ApiFault.badRequest(
        "auth.scope: one of project, domain, system, OS-TRUST:trust, unscoped is required");
  }

  private static Reference reference(JsonBody thing) {
    Optional<String> id = thing.optionalText("id", MAX_NAME);
    if (id.isPresent()) {
      return new Reference(id, Optional.empty(), Optional.empty());
    }
    if (!thing.has("name")) {
      throw ApiFault.badRequest(thing.at("id") + ": is required, or name and domain");
    }
    return new Reference(
        Optional.empty(),
        Optional.of(thing.text("name", MAX_NAME)),
        Optional.of(domainReference(thing.object("domain"))));
  }

  private static DomainReference domainReference(JsonBody domain) {
    Optional<String> id = domain.optionalText("id", MAX_NAME);
    return id.isPresent()
        ? new DomainReference(id, Optional.empty())
        : new DomainReference(id, Optional.of(domain.text("name", MAX_NAME)));
  }
}
