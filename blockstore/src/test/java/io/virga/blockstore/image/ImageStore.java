package io.virga.blockstore.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.virga.dataplane.desired.ImageMap;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A small object store with one image in it, which counts, and can be away, slow or wrong. */
public final class ImageStore implements AutoCloseable {

  public static final String PATH = "/v1/AUTH_service/images/i1/raw";
  public static final String TOKEN = "v1.test";
  private static final int CHUNK = 1 << 20;

  private final byte[] disk;
  private final List<Integer> chunks = new ArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final Map<Integer, Integer> fetches = new ConcurrentHashMap<>();
  private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  /** An image with the contents of the disk. */
  public ImageStore(byte[] disk) throws IOException {
    this.disk = disk.clone();
    for (int i = 0; i * CHUNK < disk.length; i++) {
      if (!isZero(chunk(i))) {
        chunks.add(i);
      }
    }
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 64);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How often each chunk of the data was answered well. */
  public Map<Integer, Integer> fetches() {
    return Map.copyOf(fetches);
  }

  public int storedChunks() {
    return chunks.size();
  }

  /** The next requests for data are answered with these statuses, and nothing. */
  public void failNext(int... statuses) {
    Arrays.stream(statuses).forEach(answers::add);
  }

  /** Requests for data wait until the answer is run. */
  public Runnable hold() {
    CountDownLatch latch = new CountDownLatch(1);
    gate = latch;
    return latch::countDown;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("X-Auth-Token"))) {
        exchange.sendResponseHeaders(401, -1);
      } else if (path.equals(PATH + "/map")) {
        byte[] map = Json.bytes(new ImageMap(1, disk.length, CHUNK, chunks));
        exchange.sendResponseHeaders(200, map.length);
        exchange.getResponseBody().write(map);
      } else if (path.equals(PATH + "/data")) {
        data(exchange);
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void data(HttpExchange exchange) throws IOException, InterruptedException {
    gate.await();
    Integer status = answers.poll();
    if (status != null) {
      byte[] body = "not now".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
      return;
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    int first = Integer.parseInt(range.substring("bytes=".length(), range.indexOf('-')));
    int index = first / CHUNK;
    fetches.merge(index, 1, Integer::sum);
    exchange
        .getResponseHeaders()
        .set(
            "Content-Range",
            "bytes %d-%d/%d".formatted(first, first + CHUNK - 1, chunks.size() * CHUNK));
    exchange.sendResponseHeaders(206, CHUNK);
    exchange.getResponseBody().write(chunk(chunks.get(index)));
  }

  private byte[] chunk(int index) {
    int end = Math.min(disk.length, (index + 1) * CHUNK);
    return Arrays.copyOf(Arrays.copyOfRange(disk, index * CHUNK, end), CHUNK);
  }

  private static boolean isZero(byte[] bytes) {
    for (byte each : bytes) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    gate.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
