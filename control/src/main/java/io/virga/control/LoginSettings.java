package io.virga.control;

import io.virga.control.identity.password.PasswordRules;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.Settings;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What {@code control.properties} says of logins. Nothing is asked of passwords by default, as in
 * Keystone.
 *
 * @param failuresPerName wrong secrets a minute that are looked at, for one name from one address
 * @param failuresPerAddress likewise from one address, whatever the name
 */
record LoginSettings(PasswordRules rules, int failuresPerName, int failuresPerAddress) {

  private static final String REGEX = "virga.control.password-regex";

  static LoginSettings read(Settings settings) {
    return new LoginSettings(
        new PasswordRules(
            settings.optionalText(REGEX).map(regex -> requirement(settings, regex)),
            days(settings, "virga.control.password-expires-days"),
            settings.integer("virga.control.password-history", 0, 100, 0),
            days(settings, "virga.control.password-minimum-age-days").orElse(Duration.ZERO),
            settings.flag("virga.control.password-change-at-first-use", false),
            lockout(settings)),
        settings.integer("virga.control.login-failures-per-name", 1, 1_000_000, 20),
        settings.integer("virga.control.login-failures-per-address", 1, 1_000_000, 200));
  }

  private static PasswordRules.Requirement requirement(Settings settings, String regex) {
    try {
      return new PasswordRules.Requirement(
          Pattern.compile(regex),
          settings.text("virga.control.password-regex-description", "it must match " + regex));
    } catch (PatternSyntaxException e) {
      throw new ConfigurationException(REGEX + " = '" + regex + "': expected a pattern", e);
    }
  }

  private static Optional<PasswordRules.Lockout> lockout(Settings settings) {
    int attempts = settings.integer("virga.control.lockout-attempts", 0, 1000, 0);
    Duration duration = settings.duration("virga.control.lockout-duration", Duration.ofMinutes(30));
    return attempts == 0
        ? Optional.empty()
        : Optional.of(new PasswordRules.Lockout(attempts, duration));
  }

  private static Optional<Duration> days(Settings settings, String key) {
    int days = settings.integer(key, 0, 10_000, 0);
    return days == 0 ? Optional.empty() : Optional.of(Duration.ofDays(days));
  }
}
