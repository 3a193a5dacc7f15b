package io.virga.control.operator.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.operator.supervise.FakeLauncher.FakeProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ChildTest {

  private final FakeLauncher launcher = new FakeLauncher();
  private Instant now = Instant.EPOCH;
  private Health health = Health.up();
  private final AtomicInteger prepared = new AtomicInteger();
  private final AtomicInteger cleaned = new AtomicInteger();

  @Test
  void isUpOnceItsProbeSaysSo() {
    health = Health.down("not yet");
    Child child = child(List.of());
    settle(child);
    assertThat(child.state()).isEqualTo(ChildState.STARTING);
    assertThat(child.status().detail()).isEqualTo("not yet");
    health = Health.up();
    later(Duration.ofMillis(100), child);
    assertThat(child.state()).isEqualTo(ChildState.UP);
    assertThat(prepared).hasValue(1);
  }

  @Test
  void waitsForWhatItComesAfter() {
    Child child = child(List.of("database"));
    child.tick(name -> false);
    assertThat(child.status().detail()).isEqualTo("waits for database");
    assertThat(launcher.launched).isEmpty();
    settle(child);
    assertThat(child.state()).isEqualTo(ChildState.UP);
  }

  @Test
  void aCrashedProcessIsStartedAgainLaterAndLater() {
    Child child = child(List.of());
    settle(child);
    for (long wait : new long[] {250, 500, 1000, 2000}) {
      launcher.running("child").crash();
      child.tick(name -> true);
      assertThat(child.state()).isEqualTo(ChildState.RESTARTING);
      assertThat(child.status().detail()).isEqualTo("crashed");
      int starts = launcher.launched.size();
      later(Duration.ofMillis(wait - 1), child);
      assertThat(launcher.launched).hasSize(starts);
      later(Duration.ofMillis(1), child);
      assertThat(launcher.launched).hasSize(starts + 1);
      assertThat(child.state()).isEqualTo(ChildState.UP);
    }
    assertThat(child.status().restarts()).isEqualTo(4);
  }

  @Test
  void aProcessThatWasWellForAWhileIsStartedAgainAtOnce() {
    Child child = child(List.of());
    settle(child);
    for (int crash = 0; crash < 3; crash++) {
      launcher.running("child").crash();
      child.tick(name -> true);
      later(Duration.ofMillis(250), child);
      assertThat(child.state()).isEqualTo(ChildState.UP);
      later(Duration.ofMinutes(1), child);
    }
  }

  @Test
  void staysStoppedForAsLongAsTheOperatorHoldsIt() {
    Child child = child(List.of());
    settle(child);
    launcher.held.add("child");
    settle(child);
    later(Duration.ofMinutes(1), child);
    assertThat(child.state()).isEqualTo(ChildState.HELD);
    assertThat(launcher.running("child").signals).containsExactly("TERM");
    assertThat(launcher.launched).hasSize(1);
    launcher.held.clear();
    settle(child);
    assertThat(child.state()).isEqualTo(ChildState.UP);
    assertThat(child.status().restarts()).isZero();
  }

  @Test
  void takesOverWhatAnEarlierSupervisorLeft() {
    FakeProcess left = new FakeProcess(4711);
    launcher.left.put("child", left);
    Child child = child(List.of("database"));
    child.tick(name -> false);
    settle(child);
    assertThat(child.status().pid()).isEqualTo(4711);
    assertThat(launcher.launched).isEmpty();
    launcher.left.clear();
    left.crash();
    child.tick(name -> true);
    later(Duration.ofSeconds(1), child);
    assertThat(launcher.launched).hasSize(1);
  }

  @Test
  void killsAProcessThatDoesNotEndInTime() {
    Child child = child(List.of());
    settle(child);
    FakeProcess process = launcher.running("child");
    process.stubborn = true;
    child.stop();
    later(Duration.ofSeconds(4), child);
    assertThat(child.state()).isEqualTo(ChildState.STOPPING);
    later(Duration.ofSeconds(1), child);
    assertThat(process.signals).containsExactly("TERM", "KILL");
    settle(child);
    assertThat(child.state()).isEqualTo(ChildState.STOPPED);
    assertThat(cleaned).hasValue(1);
  }

  @Test
  void aFailedPreparationIsShownAndTriedAgain() {
    Plan.Start failing =
        new Plan.Start(
            () -> {
              throw new IllegalStateException("no space left");
            },
            List::of,
            Map.of());
    Child child = child(failing, List.of());
    settle(child);
    assertThat(child.state()).isEqualTo(ChildState.RESTARTING);
    assertThat(child.status().detail()).isEqualTo("no space left");
  }

  private Child child(List<String> after) {
    return child(new Plan.Start(prepared::incrementAndGet, List::of, Map.of()), after);
  }

  private Child child(Plan.Start start, List<String> after) {
    Plan plan =
        new Plan(
            "child",
            start,
            () -> health,
            new Plan.Order(after, List.of()),
            new Plan.Stop("TERM", Duration.ofSeconds(5), cleaned::incrementAndGet));
    return new Child(plan, launcher, Runnable::run, () -> now, Backoff.STANDARD);
  }

  private void later(Duration duration, Child child) {
    now = now.plus(duration);
    settle(child);
  }

  /** More ticks than any chain of steps takes. */
  private static void settle(Child child) {
    for (int i = 0; i < 6; i++) {
      child.tick(name -> true);
    }
  }
}
