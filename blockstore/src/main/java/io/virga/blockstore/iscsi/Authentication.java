package io.virga.blockstore.iscsi;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The security stage of a login (RFC 7143 §12.1). Not for several threads.
 *
 * <p>asked → (AuthMethod=CHAP) → chosen → (CHAP_A) → challenged → (CHAP_N, CHAP_R) → passed; asked
 * → (nobody is to be asked) → passed. Whatever else comes → failed.
 */
final class Authentication {

  private static final int CHALLENGE_BYTES = 32;

  private final Optional<ChapAccount> account;
  private final RandomGenerator random;
  private State state = State.ASKED;
  private int algorithm;
  private int identifier;
  private byte[] challenge = {};

  Authentication(Optional<ChapAccount> account, RandomGenerator random) {
    this.account = account;
    this.random = random;
    if (account.isEmpty()) {
      state = State.PASSED;
    }
  }

  enum State {
    ASKED,
    CHOSEN,
    CHALLENGED,
    PASSED,
    FAILED
  }

  /** Whether the initiator may go on to the next stage. */
  boolean passed() {
    return state == State.PASSED;
  }

  boolean failed() {
    return state == State.FAILED;
  }

  /** Answers the keys of a step. */
  Map<String, String> answer(Map<String, String> offers) {
    Map<String, String> answers = new LinkedHashMap<>();
    if (state == State.PASSED) {
      Optional.ofNullable(offers.get("AuthMethod"))
          .ifPresent(methods -> answers.put("AuthMethod", without(methods)));
      return answers;
    }
    switch (state) {
      case ASKED -> choose(offers, answers);
      case CHOSEN -> challenge(offers, answers);
      case CHALLENGED -> verify(offers, answers);
      case PASSED, FAILED -> state = State.FAILED;
    }
    return answers;
  }

  private String without(String methods) {
    boolean none = List.of(methods.split(",", -1)).contains("None");
    state = none ? State.PASSED : State.FAILED;
    return none ? "None" : ParameterNegotiation.REJECT;
  }

  private void choose(Map<String, String> offers, Map<String, String> answers) {
    String methods = offers.get("AuthMethod");
    if (methods == null) {
      return;
    }
    boolean chap = List.of(methods.split(",", -1)).contains("CHAP");
    answers.put("AuthMethod", chap ? "CHAP" : ParameterNegotiation.REJECT);
    state = chap ? State.CHOSEN : State.FAILED;
  }

  private void challenge(Map<String, String> offers, Map<String, String> answers) {
    Optional<Integer> chosen = Chap.choose(offers.getOrDefault("CHAP_A", ""));
    if (chosen.isEmpty()) {
      state = State.FAILED;
      return;
    }
    algorithm = chosen.get();
    identifier = random.nextInt(256);
    challenge = new byte[CHALLENGE_BYTES];
    random.nextBytes(challenge);
    answers.put("CHAP_A", Integer.toString(algorithm));
    answers.put("CHAP_I", Integer.toString(identifier));
    answers.put("CHAP_C", Chap.text(challenge));
    state = State.CHALLENGED;
  }

  private void verify(Map<String, String> offers, Map<String, String> answers) {
    ChapAccount known = account.orElseThrow();
    byte[] expected = Chap.response(algorithm, identifier, known.secret().bytes(), challenge);
    byte[] name = offers.getOrDefault("CHAP_N", "").getBytes(StandardCharsets.UTF_8);
    byte[] given = Chap.bytes(offers.getOrDefault("CHAP_R", "")).orElse(new byte[0]);
    byte[] knownName = known.user().getBytes(StandardCharsets.UTF_8);
    boolean nameIsRight = MessageDigest.isEqual(knownName, name);
    boolean responseIsRight = MessageDigest.isEqual(expected, given);
    boolean right = nameIsRight && responseIsRight;
    state = right && proveOurselves(known, offers, answers) ? State.PASSED : State.FAILED;
  }

  private boolean proveOurselves(
      ChapAccount known, Map<String, String> offers, Map<String, String> answers) {
    if (!offers.containsKey("CHAP_C")) {
      return true;
    }
    Optional<Integer> theirs = Chap.identifier(offers.getOrDefault("CHAP_I", ""));
    Optional<byte[]> question = Chap.bytes(offers.getOrDefault("CHAP_C", ""));
    if (known.mutual().isEmpty() || theirs.isEmpty() || question.isEmpty()) {
      return false;
    }
    if (Arrays.equals(question.get(), challenge)) {
      return false;
    }
    ChapAccount.Mutual us = known.mutual().get();
    answers.put("CHAP_N", us.user());
    answers.put(
        "CHAP_R",
        Chap.text(Chap.response(algorithm, theirs.get(), us.secret().bytes(), question.get())));
    return true;
  }
}
