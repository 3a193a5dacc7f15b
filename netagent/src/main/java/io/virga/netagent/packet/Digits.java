package io.virga.netagent.packet;

/** Numbers in the text of addresses. */
final class Digits {

  private Digits() {}

  /**
   * The number of a byte between two indexes, in ASCII digits; negative if it is none.
   *
   * @param radix 10 or 16
   * @param most how many digits there may be
   */
  static int number(String text, int from, int to, int radix, int most) {
    if (to <= from || to > from + most) {
      return -1;
    }
    int number = 0;
    for (int i = from; i < to; i++) {
      char letter = text.charAt(i);
      int digit = letter < 0x80 ? Character.digit(letter, radix) : -1;
      if (digit < 0) {
        return -1;
      }
      number = number * radix + digit;
    }
    return number > 255 ? -1 : number;
  }
}
