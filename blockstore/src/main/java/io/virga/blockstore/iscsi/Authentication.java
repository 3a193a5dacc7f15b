package io.virga.blockstore.iscsi;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * The security stage of a login (RFC 7143 §12.1). Not for several threads.
 *
 * <p>asked → (AuthMethod=CHAP) → chosen → (CHAP_A) → challenged → (CHAP_N, CHAP_R) → passed; asked
 * → (AuthMethod=None, where nobody has to be known) → passed. Whatever else comes → failed.
 */
final class Authentication {

  private static final int CHALLENGE_BYTES = 32;

  private final Asked asked;
  private final RandomGenerator random;
  private State state = State.ASKED;
  private Optional<String> user = Optional.empty();
  private int algorithm;
  private int identifier;
  private byte[] challenge = {};

  Authentication(Asked asked, RandomGenerator random) {
    this.asked = asked;
    this.random = random;
  }

  /**
   * What is asked of an initiator.
   *
   * @param none whether it may come in without proving to be anybody
   * @param chap whether it is to prove who it is, if it offers to
   * @param accounts the account of a user
   */
  record Asked(boolean none, boolean chap, Function<String, Optional<ChapAccount>> accounts) {

    static final Asked NOBODY = new Asked(true, false, user -> Optional.empty());
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
    return state == State.PASSED || (state == State.ASKED && asked.none);
  }

  /** The account that it has proved to be. */
  Optional<String> user() {
    return user;
  }

  boolean failed() {
    return state == State.FAILED;
  }

  /** Answers the keys of a step. */
  Map<String, String> answer(Map<String, String> offers) {
    Map<String, String> answers = new LinkedHashMap<>();
    switch (state) {
      case ASKED -> choose(offers, answers);
      case CHOSEN -> challenge(offers, answers);
      case CHALLENGED -> verify(offers, answers);
      case PASSED -> state = offers.containsKey("AuthMethod") ? State.FAILED : State.PASSED;
      case FAILED -> {}
    }
    return answers;
  }

  private void choose(Map<String, String> offers, Map<String, String> answers) {
    String methods = offers.get("AuthMethod");
    if (methods == null) {
      return;
    }
    List<String> offered = List.of(methods.split(",", -1));
    if (asked.chap && offered.contains("CHAP")) {
      answers.put("AuthMethod", "CHAP");
      state = State.CHOSEN;
    } else if (asked.none && offered.contains("None")) {
      answers.put("AuthMethod", "None");
      state = State.PASSED;
    } else {
      answers.put("AuthMethod", ParameterNegotiation.REJECT);
      state = State.FAILED;
    }
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
    Optional<ChapAccount> found = asked.accounts.apply(offers.getOrDefault("CHAP_N", ""));
    byte[] given = Chap.bytes(offers.getOrDefault("CHAP_R", "")).orElse(new byte[0]);
    state = State.FAILED;
    if (found.isEmpty()) {
      return;
    }
    ChapAccount known = found.get();
    byte[] expected = Chap.response(algorithm, identifier, known.secret().bytes(), challenge);
    if (MessageDigest.isEqual(expected, given) && proveOurselves(known, offers, answers)) {
      user = Optional.of(known.user());
      state = State.PASSED;
    }
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
