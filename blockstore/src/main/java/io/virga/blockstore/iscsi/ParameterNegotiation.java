package io.virga.blockstore.iscsi;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Answers offers of operational keys (RFC 7143 §6.2, §13). Not for several threads. */
final class ParameterNegotiation {

  static final String REJECT = "Reject";
  static final String NOT_UNDERSTOOD = "NotUnderstood";
  private static final String IRRELEVANT = "Irrelevant";
  private static final String YES = "Yes";
  private static final String NO = "No";
  private static final int BURST_BYTES = 1 << 20;
  private static final int OUTSTANDING_R2T = 8;
  private static final int LONGEST = 0xffffff;

  private final Parameters parameters;
  private final Limits limits;

  ParameterNegotiation(Parameters parameters, Limits limits) {
    this.parameters = parameters;
    this.limits = limits;
  }

  /** The answer to each offer that wants one. */
  Map<String, String> answer(Map<String, String> offers) {
    Map<String, String> answers = new LinkedHashMap<>();
    offers.forEach((key, value) -> one(key, value).ifPresent(a -> answers.put(key, a)));
    if (parameters.firstBurstBytes > parameters.maximumBurstBytes) {
      parameters.firstBurstBytes = parameters.maximumBurstBytes;
      answers.computeIfPresent(
          "FirstBurstLength",
          (key, answer) ->
              answer.equals(REJECT) ? answer : Integer.toString(parameters.firstBurstBytes));
    }
    return answers;
  }

  private Optional<String> one(String key, String value) {
    return switch (key) {
      case "HeaderDigest" -> digest(value, true);
      case "DataDigest" -> digest(value, false);
      case "InitialR2T" -> {
        parameters.initialR2t = isBool(value) ? value.equals(YES) : parameters.initialR2t;
        yield bool(value, parameters.initialR2t);
      }
      case "ImmediateData" -> {
        parameters.immediateData = isBool(value) ? value.equals(YES) : parameters.immediateData;
        yield bool(value, parameters.immediateData);
      }
      case "MaxRecvDataSegmentLength" -> segment(value);
      case "MaxBurstLength" -> burst(value);
      case "FirstBurstLength" -> firstBurst(value);
      case "MaxOutstandingR2T" -> {
        Optional<String> answer = least(value, 1, 0xffff, OUTSTANDING_R2T);
        answer.filter(a -> !a.equals(REJECT)).ifPresent(this::outstanding);
        yield answer;
      }
      case "MaxConnections" -> {
        Optional<String> answer = least(value, 1, 0xffff, limits.connections());
        answer.filter(a -> !a.equals(REJECT)).ifPresent(this::connections);
        yield answer;
      }
      case "DefaultTime2Wait" ->
          number(value, 0, 3600).map(n -> Long.toString(n)).or(() -> Optional.of(REJECT));
      case "DefaultTime2Retain" -> least(value, 0, 3600, 0);
      case "ErrorRecoveryLevel" -> least(value, 0, 2, 0);
      case "DataPDUInOrder", "DataSequenceInOrder" -> bool(value, true);
      case "IFMarker", "OFMarker" -> bool(value, false);
      case "IFMarkInt", "OFMarkInt" -> Optional.of(IRRELEVANT);
      case "TaskReporting" -> Optional.of("RFC3720");
      case "iSCSIProtocolLevel" -> least(value, 0, 31, 1);
      case "InitiatorName", "InitiatorAlias", "TargetName", "SessionType", "SendTargets" ->
          Optional.empty();
      default -> Optional.of(NOT_UNDERSTOOD);
    };
  }

  private void outstanding(String value) {
    parameters.outstandingR2t = Integer.parseInt(value);
  }

  private void connections(String value) {
    parameters.maximumConnections = Integer.parseInt(value);
  }

  private static Optional<String> bool(String offer, boolean result) {
    return Optional.of(isBool(offer) ? (result ? YES : NO) : REJECT);
  }

  private static boolean isBool(String offer) {
    return offer.equals(YES) || offer.equals(NO);
  }

  private Optional<String> digest(String offers, boolean header) {
    Optional<String> chosen =
        Arrays.stream(offers.split(",", -1))
            .filter(offer -> offer.equals("CRC32C") || offer.equals("None"))
            .findFirst();
    boolean digest = chosen.filter("CRC32C"::equals).isPresent();
    if (header) {
      parameters.headerDigest = digest;
    } else {
      parameters.dataDigest = digest;
    }
    return chosen.or(() -> Optional.of(REJECT));
  }

  /** Declared, not negotiated: we declare ours in turn. */
  private Optional<String> segment(String value) {
    Optional<Long> bytes = number(value, 512, LONGEST);
    bytes.ifPresent(n -> parameters.initiatorSegmentBytes = n.intValue());
    return Optional.of(bytes.isPresent() ? Integer.toString(limits.dataSegmentBytes()) : REJECT);
  }

  private Optional<String> burst(String value) {
    Optional<Long> bytes = number(value, 512, LONGEST);
    bytes.ifPresent(n -> parameters.maximumBurstBytes = (int) Math.min(n, BURST_BYTES));
    return Optional.of(bytes.isPresent() ? Integer.toString(parameters.maximumBurstBytes) : REJECT);
  }

  private Optional<String> firstBurst(String value) {
    Optional<Long> bytes = number(value, 512, LONGEST);
    bytes.ifPresent(n -> parameters.firstBurstBytes = (int) Math.min(n, limits.dataSegmentBytes()));
    return Optional.of(bytes.isPresent() ? Integer.toString(parameters.firstBurstBytes) : REJECT);
  }

  private static Optional<String> least(String offer, long from, long to, long ours) {
    return Optional.of(
        number(offer, from, to).map(n -> Long.toString(Math.min(n, ours))).orElse(REJECT));
  }

  /** A decimal or hexadecimal number in bounds. */
  private static Optional<Long> number(String text, long from, long to) {
    boolean hexadecimal = text.matches("0[xX][0-9a-fA-F]{1,8}");
    if (!hexadecimal && !text.matches("[0-9]{1,9}")) {
      return Optional.empty();
    }
    long number = hexadecimal ? Long.parseLong(text.substring(2), 16) : Long.parseLong(text);
    return number >= from && number <= to ? Optional.of(number) : Optional.empty();
  }
}
