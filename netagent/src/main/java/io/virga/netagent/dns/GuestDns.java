package io.virga.netagent.dns;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsOpCode;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.virga.netagent.dns.LocalAnswers.Verdict;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Answers guests: names of their network by itself, others by asking a resolver, if there is one.
 * Any thread; never blocks.
 */
public final class GuestDns {

  private static final int LEAST_DATAGRAM_BYTES = 512;

  /** What passes without fragments wherever IPv6 does (DNS flag day 2020). */
  private static final int MOST_DATAGRAM_BYTES = 1232;

  private final Optional<Resolvers> resolvers;

  /**
   * @param resolvers whom to ask for other names; empty: nobody
   */
  public GuestDns(Optional<Resolvers> resolvers) {
    this.resolvers = resolvers;
  }

  /** How a message has come, and its answer goes back. */
  public enum Way {
    DATAGRAM,
    STREAM
  }

  /**
   * A message of a guest.
   *
   * @param ofport the guest's port
   * @param names of its network
   */
  public record Asked(Octets message, Way way, int ofport, NetworkNames names) {}

  /** What is sent back; empty if nothing is. */
  public CompletableFuture<Optional<Octets>> answer(Asked asked) {
    return switch (DnsMessages.decode(asked.message())) {
      case Decoded.Complete<DatagramDnsQuery>(DatagramDnsQuery query) -> {
        try {
          yield answer(asked, query);
        } finally {
          query.release();
        }
      }
      case Decoded.NeedMore<DatagramDnsQuery> _, Decoded.Malformed<DatagramDnsQuery> _ ->
          CompletableFuture.completedFuture(notUnderstood(asked.message()));
    };
  }

  private CompletableFuture<Optional<Octets>> answer(Asked asked, DatagramDnsQuery query) {
    Reply reply = Reply.to(query, asked.way(), resolvers.isPresent());
    return switch (verdict(query, asked.names())) {
      case Verdict.Here(DnsResponseCode code, List<DnsRecord> records) ->
          CompletableFuture.completedFuture(Optional.of(reply.encode(code, records)));
      case Verdict.Elsewhere(DnsResponseCode otherwise) ->
          resolvers
              .map(others -> others.ask(asked.message(), asked.way(), asked.ofport()))
              .map(
                  told ->
                      told.thenApply(reply::passOn)
                          .exceptionally(_ -> reply.encode(DnsResponseCode.SERVFAIL, List.of())))
              .orElseGet(
                  () -> CompletableFuture.completedFuture(reply.encode(otherwise, List.of())))
              .thenApply(Optional::of);
    };
  }

  private static Verdict verdict(DatagramDnsQuery query, NetworkNames names) {
    if (!query.opCode().equals(DnsOpCode.QUERY)) {
      return new Verdict.Here(DnsResponseCode.NOTIMP, List.of());
    }
    if (query.count(DnsSection.QUESTION) != 1) {
      return new Verdict.Here(DnsResponseCode.FORMERR, List.of());
    }
    return LocalAnswers.of(query.recordAt(DnsSection.QUESTION), names);
  }

  /** A query of which no more than its number can be read; an answer is not answered. */
  private static Optional<Octets> notUnderstood(Octets message) {
    if (!DnsMessages.hasHeader(message) || DnsMessages.isAnswer(message)) {
      return Optional.empty();
    }
    int id = (int) DnsMessages.id(message).toLong();
    return Optional.of(
        DnsMessages.encode(
            new DatagramDnsResponse(
                DnsMessages.NOWHERE,
                DnsMessages.NOWHERE,
                id,
                DnsOpCode.QUERY,
                DnsResponseCode.FORMERR)));
  }

  /**
   * An answer that is to be made.
   *
   * @param question the first one, if there is one
   * @param extended whether the asker speaks of EDNS (RFC 6891)
   */
  private record Reply(
      int id,
      DnsOpCode opCode,
      boolean recursionDesired,
      boolean recursionAvailable,
      Optional<DnsQuestion> question,
      boolean extended,
      int mostBytes) {

    static Reply to(DatagramDnsQuery query, Way way, boolean recursionAvailable) {
      Optional<DnsRecord> options = options(query);
      int asked = options.map(DnsRecord::dnsClass).orElse(LEAST_DATAGRAM_BYTES);
      return new Reply(
          query.id(),
          query.opCode(),
          query.isRecursionDesired(),
          recursionAvailable,
          query.count(DnsSection.QUESTION) == 0
              ? Optional.empty()
              : Optional.of(query.recordAt(DnsSection.QUESTION)),
          options.isPresent(),
          way == Way.STREAM
              ? DnsMessages.MOST_BYTES
              : Math.clamp(asked, LEAST_DATAGRAM_BYTES, MOST_DATAGRAM_BYTES));
    }

    private static Optional<DnsRecord> options(DatagramDnsQuery query) {
      for (int index = 0; index < query.count(DnsSection.ADDITIONAL); index++) {
        DnsRecord record = query.recordAt(DnsSection.ADDITIONAL, index);
        if (record.type().equals(DnsRecordType.OPT)) {
          return Optional.of(record);
        }
      }
      return Optional.empty();
    }

    /** What is said by this host, which has the last word on what is there and what is not. */
    Octets encode(DnsResponseCode code, List<DnsRecord> records) {
      DatagramDnsResponse response = response(code, records);
      response.setAuthoritativeAnswer(isLastWord(code));
      Octets whole = DnsMessages.encode(response);
      return whole.length() <= mostBytes ? whole : truncated(isLastWord(code));
    }

    private static boolean isLastWord(DnsResponseCode code) {
      return code.equals(DnsResponseCode.NOERROR) || code.equals(DnsResponseCode.NXDOMAIN);
    }

    /** What a resolver has said. */
    Octets passOn(Octets told) {
      return told.length() <= mostBytes ? told : truncated(false);
    }

    /** Word of an answer that is too long. */
    private Octets truncated(boolean authoritative) {
      DatagramDnsResponse response = response(DnsResponseCode.NOERROR, List.of());
      response.setAuthoritativeAnswer(authoritative);
      response.setTruncated(true);
      return DnsMessages.encode(response);
    }

    private DatagramDnsResponse response(DnsResponseCode code, List<DnsRecord> records) {
      DatagramDnsResponse response =
          new DatagramDnsResponse(DnsMessages.NOWHERE, DnsMessages.NOWHERE, id, opCode, code);
      response.setRecursionDesired(recursionDesired);
      response.setRecursionAvailable(recursionAvailable);
      question.ifPresent(asked -> response.addRecord(DnsSection.QUESTION, asked));
      records.forEach(record -> response.addRecord(DnsSection.ANSWER, record));
      if (extended) {
        response.addRecord(
            DnsSection.ADDITIONAL,
            new DefaultDnsRawRecord(
                "", DnsRecordType.OPT, MOST_DATAGRAM_BYTES, 0, Unpooled.EMPTY_BUFFER));
      }
      return response;
    }
  }
}
