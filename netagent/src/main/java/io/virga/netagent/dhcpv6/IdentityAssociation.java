package io.virga.netagent.dhcpv6;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.netagent.dhcpv6.Dhcpv6Message.Option;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.MalformedOctetsException;
import io.virga.netagent.octets.OctetReader;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.packet.Ipv6Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The addresses of one interface of a client, {@code IA_NA} (RFC 8415 §21.4).
 *
 * @param id the client's own number for the interface
 */
record IdentityAssociation(int id, List<Ipv6Address> addresses) {

  private static final int TIMES_BYTES = 8;
  private static final int ADDRESS_BYTES = 16;

  IdentityAssociation {
    addresses = List.copyOf(addresses);
  }

  static Decoded<IdentityAssociation> decode(Octets value) {
    ByteBuf bytes = Unpooled.wrappedBuffer(value.toByteArray());
    try {
      OctetReader in = OctetReader.of(bytes, 0, bytes.readableBytes());
      int id = in.i32();
      in.skip(TIMES_BYTES);
      List<Ipv6Address> addresses = new ArrayList<>();
      for (Option option : Dhcpv6Codec.options(in)) {
        if (option.code() == Option.IA_ADDRESS) {
          addresses.add(address(option.value()));
        }
      }
      return new Decoded.Complete<>(new IdentityAssociation(id, addresses));
    } catch (MalformedOctetsException malformed) {
      return new Decoded.Malformed<>(malformed.reason());
    }
  }

  private static Ipv6Address address(Octets value) throws MalformedOctetsException {
    if (value.length() < ADDRESS_BYTES + TIMES_BYTES) {
      throw new MalformedOctetsException("an address of " + value.length() + " bytes");
    }
    return Ipv6Address.of(value.slice(0, ADDRESS_BYTES));
  }

  /**
   * The option of an answer.
   *
   * @param ended addresses that the client has and shall have no longer
   * @param status what is wrong, if anything
   */
  Option encode(Duration time, List<Ipv6Address> ended, Optional<Option> status) {
    long seconds = time.toSeconds();
    ByteBuf out = Unpooled.buffer();
    out.writeInt(id).writeInt((int) (seconds / 2)).writeInt((int) (seconds * 4 / 5));
    addresses.forEach(address -> encode(address, (int) seconds, out));
    ended.forEach(address -> encode(address, 0, out));
    status.ifPresent(option -> Dhcpv6Codec.encode(option, out));
    return new Option(Option.IA_NA, Dhcpv6Codec.written(out));
  }

  private static void encode(Ipv6Address address, int seconds, ByteBuf out) {
    ByteBuf value = Unpooled.buffer();
    address.octets().writeTo(value);
    value.writeInt(seconds).writeInt(seconds);
    Dhcpv6Codec.encode(new Option(Option.IA_ADDRESS, Dhcpv6Codec.written(value)), out);
  }
}
