package io.virga.benchmarks.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/STYLE.md}, "Size": no file, method, parameter list or line grows beyond its bound.
 */
class SourceSizeTest {

  private static final int MAX_FILE_LINES = 500;
  private static final int MAX_METHOD_LINES = 60;
  private static final int MAX_PARAMETERS = 6;
  private static final int MAX_COLUMNS = 120;
  private static final int MAX_MEDIAN_FILE_LINES = 120;

  @Test
  void filesAndLinesStayShort() throws IOException {
    List<String> tooLarge = new ArrayList<>();
    for (Path file : sources()) {
      List<String> lines = Files.readAllLines(file);
      if (lines.size() > MAX_FILE_LINES) {
        tooLarge.add(file + ": " + lines.size() + " lines");
      }
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).length() > MAX_COLUMNS) {
          tooLarge.add(file + ":" + (i + 1) + ": " + lines.get(i).length() + " columns");
        }
      }
    }
    assertThat(tooLarge).isEmpty();
  }

  @Test
  void theMedianFileStaysSmall() throws IOException {
    List<Integer> sizes = new ArrayList<>();
    for (Path file : sources()) {
      if (!file.endsWith("package-info.java")) {
        sizes.add(Files.readAllLines(file).size());
      }
    }
    sizes.sort(null);
    assertThat(sizes.get(sizes.size() / 2)).isLessThanOrEqualTo(MAX_MEDIAN_FILE_LINES);
  }

  @Test
  void methodsStayShortAndTakeFewParameters() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> tooLarge = new ArrayList<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources()));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new MethodSizes(unit, positions, tooLarge).scan(unit, null);
      }
    }
    assertThat(tooLarge).isEmpty();
  }

  @Test
  void nothingIsSuppressed() throws IOException {
    List<String> suppressions = new ArrayList<>();
    String annotation = "@Suppress" + "Warnings";
    for (Path file : sources()) {
      if (Files.readString(file).contains(annotation)) {
        suppressions.add(file.toString());
      }
    }
    assertThat(suppressions).isEmpty();
  }

  private static List<Path> sources() throws IOException {
    Path root = Path.of(System.getProperty("virga.root"));
    List<Path> sources = new ArrayList<>();
    for (String module : Modules.ALL) {
      try (Stream<Path> files = Files.walk(root.resolve(module).resolve("src"))) {
        files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
      }
    }
    assertThat(sources).hasSizeGreaterThan(Modules.ALL.size());
    return sources;
  }

  /**
   * Notes each method that is too long or takes too much. A record's components are its fields and
   * do not count.
   */
  private static final class MethodSizes extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> tooLarge;

    private boolean inRecord;

    MethodSizes(CompilationUnitTree unit, SourcePositions positions, List<String> tooLarge) {
      this.unit = unit;
      this.positions = positions;
      this.tooLarge = tooLarge;
    }

    @Override
    public Void visitClass(ClassTree type, Void unused) {
      boolean outer = inRecord;
      inRecord = type.getKind() == Tree.Kind.RECORD;
      super.visitClass(type, unused);
      inRecord = outer;
      return null;
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, method));
      long end = positions.getEndPosition(unit, method);
      if (end >= 0) {
        long lines = unit.getLineMap().getLineNumber(end) - first + 1;
        String place = unit.getSourceFile().getName() + ":" + first + ": " + method.getName();
        if (lines > MAX_METHOD_LINES) {
          tooLarge.add(place + ": " + lines + " lines");
        }
        boolean components = inRecord && method.getName().contentEquals("<init>");
        if (!components && method.getParameters().size() > MAX_PARAMETERS) {
          tooLarge.add(place + ": " + method.getParameters().size() + " parameters");
        }
      }
      return super.visitMethod(method, unused);
    }
  }
}
