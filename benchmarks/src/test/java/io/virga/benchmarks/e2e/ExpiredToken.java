package io.virga.benchmarks.e2e;

final class ExpiredToken {
  private ExpiredToken() {}

  static String sign(io.virga.benchmarks.cloud.Cloud c, String t) {
    return t + c.home();
  }
}
