package io.virga.control.image.upload;

import io.virga.control.fault.ApiFault;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * qemu-img on a tenant's file, under limits of memory, processor time, file size and wall-clock
 * time. The format is always named, so nothing is probed, and no backing file is opened. Blocks.
 */
final class QemuImg {

  private static final Logger log = LoggerFactory.getLogger(QemuImg.class);

  private static final long MEMORY_BYTES = 2L << 30;
  private static final int CPU_SECONDS = 600;
  private static final int WALL_SECONDS = 1200;
  private static final int MAX_FILES = 64;
  private static final int MAX_OUTPUT_BYTES = 256 << 10;
  private static final int CHECK_FOUND_LEAKS = 3;

  private final Path folder;
  private final long maxFileBytes;

  /**
   * @param folder where it works; its output is left there
   */
  QemuImg(Path folder, long maxFileBytes) {
    this.folder = folder;
    this.maxFileBytes = maxFileBytes;
  }

  /**
   * Refuses a file that is damaged, or that refers to other files after all.
   *
   * @return how many bytes of the disk it has data for, unpacked
   */
  long inspect(Path qcow) throws IOException, InterruptedException {
    Result info = run(List.of("info", "--output=json", source(qcow)));
    expect(info.exitCode() == 0, "The image cannot be read as qcow2", info);
    JsonNode told = json(info.output());
    boolean whole =
        !told.has("backing-filename")
            && !told.path("encrypted").asBoolean(false)
            && told.path("format-specific").path("data").path("data-file").isMissingNode();
    expect(whole, "The image refers to other files or is encrypted", info);
    Result check = run(List.of("check", "--output=json", source(qcow)));
    expect(
        check.exitCode() == 0 || check.exitCode() == CHECK_FOUND_LEAKS,
        "The image is damaged or cut off",
        check);
    return json(check.output()).path("allocated-clusters").asLong(0)
        * told.path("cluster-size").asLong(0);
  }

  /** Writes the disk as a raw file with holes. */
  void convertToRaw(Path qcow, Path raw) throws IOException, InterruptedException {
    Result result = run(List.of("convert", "-O", "raw", "-S", "64k", source(qcow), raw.toString()));
    expect(result.exitCode() == 0, "The image cannot be converted", result);
  }

  private record Result(int exitCode, String output) {}

  private Result run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("timeout", "--signal=KILL", WALL_SECONDS + "s"));
    command.addAll(List.of("prlimit", "--as=" + MEMORY_BYTES, "--cpu=" + CPU_SECONDS));
    command.addAll(List.of("--fsize=" + maxFileBytes, "--core=0", "--nofile=" + MAX_FILES));
    command.add("qemu-img");
    command.addAll(arguments);
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(WALL_SECONDS + 10L, TimeUnit.SECONDS)) {
        throw new IOException("qemu-img does not end");
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      log.info("qemu-img {} exits {}: {}", arguments, process.exitValue(), head(errors));
    }
    return new Result(process.exitValue(), head(output));
  }

  /** The one driver that may read it, on the one file; {@code backing} null opens none. */
  private static String source(Path qcow) {
    Map<String, Object> file =
        Map.of("driver", "file", "filename", qcow.toString(), "locking", "off");
    return "json:" + Json.text(Map.of("driver", "qcow2", "file", file));
  }

  private static String head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
    }
  }

  private static JsonNode json(String output) {
    try {
      return Json.mapper().readTree(output);
    } catch (JacksonException e) {
      throw ApiFault.badRequest("The image cannot be read as qcow2.");
    }
  }

  private static void expect(boolean good, String message, Result result) {
    if (!good) {
      log.info("{}: exit code {}: {}", message, result.exitCode(), result.output());
      throw ApiFault.badRequest(message + ".");
    }
  }
}
