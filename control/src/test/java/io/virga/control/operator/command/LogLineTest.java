package io.virga.control.operator.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LogLineTest {

  private final LogLine line = new LogLine(ZoneOffset.UTC);

  @Test
  void tellsAnEventInOneLine() {
    assertThat(
            line.text(
                """
                {"timestamp":1795968494300,"level":"WARN","threadName":"watch-1",\
                "loggerName":"io.virga.dataplane.watch.WatchClient","mdc":{},\
                "formattedMessage":"no stream from control","throwable":{\
                "className":"java.io.IOException","message":"gone","stepArray":[{"lineNumber":1}],\
                "cause":{"className":"java.net.ConnectException","message":"refused"}}}"""))
        .isEqualTo(
            "2026-11-29 16:08:14.300 WARN  WatchClient: no stream from control"
                + " (IOException: gone; by ConnectException: refused)");
    assertThat(
            line.text(
                """
                {"timestamp":1795968494300,"level":"INFO","loggerName":"a.B","throwable":null,\
                "formattedMessage":"ready"}"""))
        .isEqualTo("2026-11-29 16:08:14.300 INFO  B: ready");
  }

  @Test
  void leavesOtherLinesAsTheyAre() {
    for (String other : new String[] {"", "ovs-vswitchd says", "{\"a\":1}", "{cut off", "[1]"}) {
      assertThat(line.text(other)).isEqualTo(other);
    }
  }
}
