package io.virga.control.http;

import io.virga.control.fault.ApiFault;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The pages, scripts and styles below one folder of the class path. They are read when the first is
 * asked for, off the event loop, and kept; what is none of them by its name is answered with 404,
 * so that no name leads anywhere else. A browser asks each time whether what it has is still good.
 */
public final class StaticFiles {

  private static final Map<String, MediaType> TYPES =
      Map.of(
          "html", MediaType.parseMediaType("text/html;charset=utf-8"),
          "css", MediaType.parseMediaType("text/css;charset=utf-8"),
          "js", MediaType.parseMediaType("text/javascript;charset=utf-8"),
          "mjs", MediaType.parseMediaType("text/javascript;charset=utf-8"));

  private final Mono<Map<String, File>> files;

  private record File(byte[] content, MediaType type, String etag) {}

  /**
   * Nothing is read yet.
   *
   * @param folder of the class path, without slashes at its ends
   */
  public StaticFiles(String folder) {
    files = Mono.fromCallable(() -> read(folder)).subscribeOn(Schedulers.boundedElastic()).cache();
  }

  /**
   * The file, or that it is as the browser has it.
   *
   * @param name below the folder, without a slash at its beginning
   * @param headers what is sent with it
   */
  public Mono<ServerResponse> answer(ApiRequest request, String name, HttpHeaders headers) {
    return files
        .map(
            all ->
                Optional.ofNullable(all.get(name))
                    .orElseThrow(() -> ApiFault.notFound("file", name)))
        .flatMap(
            file ->
                request
                    .raw()
                    .checkNotModified(file.etag())
                    .switchIfEmpty(
                        ServerResponse.ok()
                            .headers(all -> all.addAll(headers))
                            .header("X-Content-Type-Options", "nosniff")
                            .cacheControl(CacheControl.noCache())
                            .eTag(file.etag())
                            .contentType(file.type())
                            .bodyValue(file.content())));
  }

  private static Map<String, File> read(String folder) throws IOException {
    String inside = "/" + folder + "/";
    Map<String, File> read = new HashMap<>();
    for (Resource resource :
        new PathMatchingResourcePatternResolver().getResources("classpath*:" + folder + "/**")) {
      String url = resource.getURL().toString();
      String name = url.substring(url.lastIndexOf(inside) + inside.length());
      MediaType type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      if (type != null && resource.isReadable()) {
        byte[] content = resource.getContentAsByteArray();
        read.put(name, new File(content, type, '"' + digest(content) + '"'));
      }
    }
    return Map.copyOf(read);
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
