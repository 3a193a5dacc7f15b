package io.virga.benchmarks.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/ARCHITECTURE.md} §1: which module may import which, and packages without circles. */
class ModuleRulesTest {

  private static final List<String> SERVICES =
      List.of("control", "objectstore", "blockstore", "netagent", "computeagent");

  private static JavaClasses classes = new ClassFileImporter().importClasses();

  @BeforeAll
  static void readClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.virga");
  }

  @Test
  void seesEveryModule() {
    for (String service : SERVICES) {
      assertThat(classes.containPackage("io.virga." + service)).as(service).isTrue();
    }
    assertThat(classes.containPackage("io.virga.dataplane")).isTrue();
  }

  @Test
  void dataplaneImportsNoSibling() {
    noClasses()
        .that()
        .resideInAPackage("io.virga.dataplane..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packagesOf("benchmarks", "jmh", SERVICES.toArray(String[]::new)))
        .check(classes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"control", "objectstore", "blockstore", "netagent", "computeagent"})
  void serviceImportsOnlyDataplane(String service) {
    String[] others = SERVICES.stream().filter(s -> !s.equals(service)).toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("io.virga." + service + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packagesOf("benchmarks", "jmh", others))
        .check(classes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dataplane",
        "control",
        "objectstore",
        "blockstore",
        "netagent",
        "computeagent",
        "benchmarks"
      })
  void packagesAreFreeOfCircles(String module) {
    slices()
        .matching("io.virga." + module + ".(**)")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(classes);
  }

  private static String[] packagesOf(String first, String second, String... rest) {
    return Stream.concat(Stream.of(first, second), Arrays.stream(rest))
        .map(module -> "io.virga." + module + "..")
        .toArray(String[]::new);
  }
}
