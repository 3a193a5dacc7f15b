package io.virga.objectstore.http;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpHeadersFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Names of headers: tokens (RFC 9110 §5.6.2), and bytes of UTF-8 beside them, since Swift's clients
 * name metadata in any language.
 */
public final class HeaderNames {

  private HeaderNames() {}

  /** Makes headers whose names are checked; and whose values are, or not. */
  public static HttpHeadersFactory factory(DefaultHttpHeadersFactory of, boolean values) {
    return of.withNameValidator(HeaderNames::validate).withValueValidation(values);
  }

  private static void validate(CharSequence name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("the name of a header is empty");
    }
    if (HttpHeaderValidationUtil.validateToken(name) < 0) {
      return;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean ascii = c < 0x80;
      if (c > 0xFF
          || (ascii && HttpHeaderValidationUtil.validateToken(Character.toString(c)) >= 0)) {
        throw new IllegalArgumentException(
            "the name of a header must not have the character %#x".formatted((int) c));
      }
    }
  }

  /** What a client meant by a name: UTF-8, in which case means nothing to letters of ASCII. */
  public static String decode(String wire) {
    boolean ascii = true;
    boolean lower = true;
    for (int i = 0; i < wire.length(); i++) {
      char c = wire.charAt(i);
      ascii &= c < 0x80;
      lower &= !isCapital(c);
    }
    if (ascii) {
      return lower ? wire : wire.toLowerCase(Locale.ROOT);
    }
    byte[] bytes = wire.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < bytes.length; i++) {
      if (isCapital(bytes[i])) {
        bytes[i] = (byte) (bytes[i] + 'a' - 'A');
      }
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static boolean isCapital(int c) {
    return c >= 'A' && c <= 'Z';
  }
}
