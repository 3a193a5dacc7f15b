package io.virga.dataplane.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenTest {

  private static final Instant ISSUED = Instant.parse("2026-11-21T12:00:00.123456Z");

  @TempDir Path directory;
  private Instant now = ISSUED.plusSeconds(1);
  private final List<Runnable> background = new ArrayList<>();
  private final InstantSource clock = () -> now;

  private record Entry(
      Optional<String> tokenId,
      Optional<String> userId,
      Optional<String> projectId,
      Optional<String> delegationId,
      Instant issuedBefore)
      implements Revocation {}

  @BeforeEach
  void makeKey() throws Exception {
    TokenKeys.generate(directory, "k1");
  }

  private TokenSigner signer(String keyId) throws Exception {
    return TokenSigner.load(directory.resolve(keyId + ".key"));
  }

  private TokenVerifier verifier() throws Exception {
    return new TokenVerifier(directory, clock, 100, background::add);
  }

  private static Claims claims(String keyId, List<String> roles) {
    return new Claims(
        "t1",
        keyId,
        new Claims.Named("u1", "demo"),
        new Claims.Named("default", "Default"),
        Optional.of(
            new Claims.Scope(
                Claims.ScopeType.PROJECT,
                new Claims.Named("p1", "demo"),
                new Claims.Named("default", "Default"))),
        roles,
        List.of("password"),
        Optional.of(new Delegation.ApplicationCredential("ac1", false, List.of())),
        ISSUED,
        ISSUED.plusSeconds(60));
  }

  @Test
  void verifiesWhatWasSigned() throws Exception {
    Claims claims = claims("k1", List.of("member"));
    String token = signer("k1").sign(claims);
    TokenVerifier verifier = verifier();
    assertThat(verifier.verify(token)).isEqualTo(new Verification.Valid(claims));
    assertThat(verifier.verify(token)).isEqualTo(new Verification.Valid(claims));
    assertThat(token).hasSizeLessThan(500).startsWith("v1.");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("k1.key"))))
        .isEqualTo("rw-------");
  }

  @Test
  void keepsWhatLendsTheRoles() throws Exception {
    List<Delegation> delegations =
        List.of(
            new Delegation.Trust("tr1", "u1", "u2", true),
            new Delegation.ApplicationCredential(
                "ac2", true, List.of(new AccessRule("compute", "GET", "/v2.1/servers/*"))));
    for (Delegation delegation : delegations) {
      Claims some = claims("k1", List.of("member"));
      Claims claims =
          new Claims(
              some.tokenId(),
              some.keyId(),
              some.user(),
              some.userDomain(),
              some.scope(),
              some.roles(),
              some.methods(),
              Optional.of(delegation),
              some.issuedAt(),
              some.expiresAt());
      assertThat(verifier().verify(signer("k1").sign(claims)))
          .isEqualTo(new Verification.Valid(claims));
      Entry other = new Entry(none(), none(), none(), Optional.of("ac1"), ISSUED.plusSeconds(1));
      assertThat(other.revokes(claims)).isFalse();
      Entry own =
          new Entry(none(), none(), none(), Optional.of(delegation.id()), ISSUED.plusSeconds(1));
      assertThat(own.revokes(claims)).isTrue();
    }
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  @Test
  void verifiesUnscopedTokensWithoutRoles() throws Exception {
    Claims claims =
        new Claims(
            "t2",
            "k1",
            new Claims.Named("u1", "demo"),
            new Claims.Named("default", "Default"),
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            ISSUED,
            ISSUED.plusSeconds(60));
    assertThat(verifier().verify(signer("k1").sign(claims)))
        .isEqualTo(new Verification.Valid(claims));
  }

  @Test
  void refusesATokenOnceItsTimeIsOver() throws Exception {
    String token = signer("k1").sign(claims("k1", List.of()));
    TokenVerifier verifier = verifier();
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Valid.class);
    now = ISSUED.plusSeconds(60).plusNanos(1_000_000);
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Expired.class);
    assertThat(verifier().verify(token)).isInstanceOf(Verification.Expired.class);
  }

  @Test
  void refusesEveryChangedCharacter() throws Exception {
    String token = signer("k1").sign(claims("k1", List.of("member")));
    TokenVerifier verifier = verifier();
    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      String changed = token.substring(0, i) + other + token.substring(i + 1);
      // The last character carries two bits that base64 does not look at.
      if (i < token.length() - 1) {
        assertThat(verifier.verify(changed)).isNotInstanceOf(Verification.Valid.class);
      }
    }
    assertThat(verifier.verify(token.substring(0, token.length() - 4)))
        .isInstanceOf(Verification.Malformed.class);
  }

  @Test
  void refusesASignatureByAnotherKeyOfTheSameName() throws Exception {
    String token = signer("k1").sign(claims("k1", List.of()));
    Files.delete(directory.resolve("k1.key"));
    Files.delete(directory.resolve("k1.pub"));
    TokenKeys.generate(directory, "k1");
    assertThat(verifier().verify(token)).isInstanceOf(Verification.BadSignature.class);
  }

  @Test
  void learnsAKeyThatIsNewInTheDirectoryAtABoundedRate() throws Exception {
    TokenVerifier verifier = verifier();
    TokenKeys.generate(directory, "k2");
    String token = signer("k2").sign(claims("k2", List.of()));
    assertThat(verifier.verify(token)).isInstanceOf(Verification.UnknownKey.class);
    assertThat(verifier.verify(token)).isInstanceOf(Verification.UnknownKey.class);
    assertThat(background).hasSize(1);
    background.getFirst().run();
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Valid.class);
  }

  @Test
  void forgetsTheTokensOfAKeyThatIsGone() throws Exception {
    String token = signer("k1").sign(claims("k1", List.of()));
    TokenVerifier verifier = verifier();
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Valid.class);
    Files.delete(directory.resolve("k1.pub"));
    now = now.plusSeconds(58);
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Valid.class);
    assertThat(background).isEmpty();
    now = now.plusMillis(1002);
    verifier.verify(token);
    background.getFirst().run();
    assertThat(verifier.verify(token)).isInstanceOf(Verification.UnknownKey.class);
  }

  @Test
  void followsTheRevocationsForCachedTokensToo() throws Exception {
    String token = signer("k1").sign(claims("k1", List.of()));
    TokenVerifier verifier = verifier();
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Valid.class);
    Optional<String> any = Optional.empty();
    Instant after = ISSUED.plusNanos(1000);
    for (Entry entry :
        List.of(
            new Entry(Optional.of("t1"), any, any, any, after),
            new Entry(any, Optional.of("u1"), any, any, after),
            new Entry(any, any, Optional.of("p1"), any, after),
            new Entry(any, any, any, Optional.of("ac1"), after))) {
      verifier.revocations(List.of(entry));
      assertThat(verifier.verify(token)).isInstanceOf(Verification.Revoked.class);
    }
    for (Entry entry :
        List.of(
            new Entry(Optional.of("t1"), any, any, any, ISSUED),
            new Entry(Optional.of("t1"), Optional.of("u2"), any, any, after),
            new Entry(any, any, Optional.of("p2"), any, after),
            new Entry(any, any, any, Optional.of("ac2"), after))) {
      verifier.revocations(List.of(entry));
      assertThat(verifier.verify(token)).isInstanceOf(Verification.Valid.class);
    }
  }

  @Test
  void signsNothingThatNoDataPlaneWouldTake() throws Exception {
    List<String> roles = IntStream.range(0, 1000).mapToObj(i -> "role-" + i).toList();
    assertThatThrownBy(() -> signer("k1").sign(claims("k1", roles)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesWhatIsTooLongUnseen() throws Exception {
    assertThat(verifier().verify("v1." + "A".repeat(9000)))
        .isInstanceOf(Verification.Malformed.class);
  }
}
