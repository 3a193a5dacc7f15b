package io.virga.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.virga.control.audit.AuditLog;
import io.virga.control.testing.TestApi;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class AuditTest {

  private final IdentityCloud cloud = new IdentityCloud();
  private final Logger logger = (Logger) LoggerFactory.getLogger(AuditLog.LOGGER);
  private final JsonEncoder encoder = new JsonEncoder();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          lines.add(new String(encoder.encode(event), StandardCharsets.UTF_8));
        }
      };

  @BeforeEach
  void listen() {
    encoder.setContext(logger.getLoggerContext());
    encoder.start();
    appender.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(appender);
  }

  @AfterEach
  void close() {
    logger.detachAppender(appender);
    logger.setLevel(null);
    cloud.close();
  }

  private String only(String word) {
    List<String> found = lines.stream().filter(line -> line.contains(word)).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  @Test
  void saysWhoLoggedInAndWhoDidNot() {
    TestApi.Answer in = cloud.login("demo", "demo-pw", IdentityCloud.onProject("demo"));
    String line = only("\"success\"");
    assertThat(line)
        .contains("\"authenticate\"", in.at("/token/user/id"), in.at("/token/audit_ids/0"))
        .contains("127.0.0.1", in.header("X-Openstack-Request-Id"), "\"PROJECT\"");
    cloud.login("demo", "guessed-secret", "unscoped");
    assertThat(only("\"failure\"")).contains("demo@Default", "requires authentication");
    assertThat(lines.toString())
        .doesNotContain("demo-pw", "guessed-secret", in.header("X-Subject-Token"));
  }

  @Test
  void saysWhoChangedWhatAndNotWhatTo() {
    String token = cloud.token("admin");
    lines.clear();
    Object body = Map.of("user", Map.of("name", "trail", "password", "not-for-the-log"));
    TestApi.Answer made = cloud.api().post("/identity/v3/users?secret=query", token, body);
    assertThat(made.status()).isEqualTo(201);
    assertThat(only("\"change\""))
        .contains("\"POST\"", "users\"", "201", "admin")
        .contains(cloud.shown(token).at("/token/user/id"));
    assertThat(lines.toString()).doesNotContain("not-for-the-log", "secret=query", token);
    lines.clear();
    cloud.api().get("/identity/v3/users", token);
    assertThat(lines).isEmpty();
  }
}
