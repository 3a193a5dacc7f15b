package io.virga.control.identity.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.bcrypt.BCrypt;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

final class PasswordsTest {

  @Test
  void aHashOfNobodyIsCheckedAtFullCostAndFitsNothing() {
    String hash = Passwords.hashOfNobody(4, new SecureRandom());
    assertThat(hash).hasSameSizeAs(new BCryptPasswordEncoder(4).encode("any"));
    assertThat(new BCryptPasswordEncoder(4).upgradeEncoding(hash)).isFalse();
    assertThat(new BCryptPasswordEncoder(5).upgradeEncoding(hash)).isTrue();
    // The digest of a password under this salt: bcrypt did run, and it is another one.
    assertThat(BCrypt.hashpw("any", hash)).startsWith(hash.substring(0, 28)).isNotEqualTo(hash);
  }
}
