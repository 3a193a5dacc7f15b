package io.virga.benchmarks.e2e;

import io.virga.benchmarks.cloud.Patience;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Debian's Chromium without a screen of its own. Used by one thread. */
final class Browser implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);

  private final ChromeDriver driver;

  Browser() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary("/usr/bin/chromium");
    // The tests run as root, where Chromium's own sandbox cannot be.
    options.addArguments("--headless=new", "--no-sandbox", "--window-size=1000,720");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                .build(),
            options);
  }

  void open(String url) {
    driver.get(url);
  }

  String address() {
    return Objects.requireNonNull(driver.getCurrentUrl());
  }

  String text(String selector) {
    return driver.findElement(By.cssSelector(selector)).getText();
  }

  void click(String selector) {
    driver.findElement(By.cssSelector(selector)).click();
  }

  /** Presses the keys that type the text, wherever the keyboard is. */
  void type(CharSequence text) {
    new Actions(driver).sendKeys(text).perform();
  }

  /** What a script returns. */
  Object evaluate(String script) {
    return Objects.requireNonNull(driver.executeScript(script));
  }

  /** Waits for what a look finds. */
  <T> T await(String what, Supplier<Optional<T>> look) {
    return Patience.await(what, LIMIT, LOOK_INTERVAL, look);
  }

  /** What the browser found wrong: errors of scripts, and what it was not allowed to load. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().equals(Level.SEVERE))
        .map(LogEntry::getMessage)
        .toList();
  }

  /** Writes the window's picture, a PNG. */
  void photograph(Path file) {
    try {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      Files.copy(
          driver.getScreenshotAs(OutputType.FILE).toPath(),
          file,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
