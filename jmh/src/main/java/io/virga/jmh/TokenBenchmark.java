package io.virga.jmh;

import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.TokenKeys;
import io.virga.dataplane.token.TokenSigner;
import io.virga.dataplane.token.TokenVerifier;
import io.virga.dataplane.token.Verification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** What a token costs a data plane: seen before, and seen first. */
public class TokenBenchmark extends HotFunction {

  private TokenVerifier caching;
  private TokenVerifier forgetting;
  private byte[] token;
  private ScratchDirectory directory;

  @Setup
  public void makeToken() throws IOException {
    directory = ScratchDirectory.make();
    Path keys = directory.path();
    TokenKeys.generate(keys, "k1");
    Claims.Named name = new Claims.Named("6f70656e-7374-6163-6b00-000000000000", "demo");
    Instant now = Instant.now();
    token =
        TokenSigner.load(keys.resolve("k1.key"))
            .sign(
                new Claims(
                    "id",
                    "k1",
                    name,
                    name,
                    Optional.of(new Claims.Scope(Claims.ScopeType.PROJECT, name, name)),
                    List.of("member", "reader"),
                    List.of("password"),
                    Optional.empty(),
                    now,
                    now.plusSeconds(86_400)))
            .getBytes(StandardCharsets.ISO_8859_1);
    caching = TokenVerifier.open(keys, InstantSource.system());
    forgetting = new TokenVerifier(keys, InstantSource.system(), 0, Runnable::run);
  }

  @TearDown
  public void remove() throws IOException {
    directory.remove();
  }

  /** As a request brings it: a new string each time, whose hash nobody has yet. */
  @Benchmark
  public Verification seenBefore() {
    return caching.verify(new String(token, StandardCharsets.ISO_8859_1));
  }

  @Benchmark
  public Verification seenFirst() {
    return forgetting.verify(new String(token, StandardCharsets.ISO_8859_1));
  }
}
