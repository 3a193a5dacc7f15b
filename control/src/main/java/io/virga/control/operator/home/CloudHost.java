package io.virga.control.operator.home;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One of the hosts of a home. The first is this machine; each further one is a network namespace
 * with processes of its own, whose names end in its number.
 *
 * @param number 1 to {@link #MOST}
 */
public record CloudHost(int number) {

  public static final int MOST = 16;

  /** This machine. */
  public static final CloudHost FIRST = new CloudHost(1);

  public CloudHost {
    check(number);
  }

  static void check(int number) {
    if (number < 1 || number > MOST) {
      throw new IllegalArgumentException("hosts %d: expected 1 to %d".formatted(number, MOST));
    }
  }

  /** The first hosts. */
  public static List<CloudHost> first(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(CloudHost::new).toList();
  }

  public boolean isFirst() {
    return number == 1;
  }

  /**
   * What something of this host is called that is called {@code name} on the first: a process, its
   * settings file and log, its certificate, and the host itself.
   */
  public String named(String name) {
    return isFirst() ? name : name + "-" + number;
  }
}
