package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Temporary URLs and forms. */
class SwiftSignedTest extends OnSwiftNode {

  private static final String OBJECT = "/v1/AUTH_p1/c/o";

  private static SwiftClient nobody;
  private static long later;

  @BeforeAll
  static void keys() {
    nobody = swift.as("");
    later = Instant.now().getEpochSecond() + 100;
    swift.put("/c", "", "X-Container-Meta-Temp-URL-Key-2", "containerkey");
    swift.post("", "X-Account-Meta-Temp-URL-Key", "accountkey");
    swift.put("/c/o", "bytes", "X-Object-Meta-A", "1", "X-Object-Meta-Public-B", "2");
  }

  private static String hmac(String algorithm, String key, String message) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm));
      return HexFormat.of().formatHex(mac.doFinal(message.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String signed(String key, String message) {
    return "?temp_url_sig=" + hmac("HmacSHA256", key, message) + "&temp_url_expires=" + later;
  }

  @Test
  void opensAnObjectToWhoeverHasItsUrl() {
    String url = OBJECT + signed("accountkey", "GET\n" + later + "\n" + OBJECT);
    SwiftClient.Answer got = nobody.get(url);
    assertThat(got.text()).isEqualTo("bytes");
    assertThat(got.header("content-disposition"))
        .isEqualTo("attachment; filename=\"o\"; filename*=UTF-8''o");
    assertThat(got.header("expires")).isNotEmpty();
    assertThat(got.header("x-object-meta-a")).isEmpty();
    assertThat(got.header("x-object-meta-public-b")).isEqualTo("2");
    assertThat(nobody.head(url).status()).isEqualTo(200);
    assertThat(nobody.get(url + "&inline").header("content-disposition")).isEqualTo("inline");
    assertThat(nobody.get(url + "&filename=x%22y").header("content-disposition"))
        .isEqualTo("attachment; filename=\"x%22y\"; filename*=UTF-8''x%22y");
    assertThat(nobody.put(url, "no").status()).isEqualTo(401);
    assertThat(nobody.get(url.replace("/c/o?", "/c/p?")).status()).isEqualTo(401);
    String container = signed("containerkey", "GET\n" + later + "\n" + OBJECT);
    assertThat(nobody.get(OBJECT + container).status()).isEqualTo(200);
    assertThat(nobody.get(OBJECT + signed("other", "GET\n" + later + "\n" + OBJECT)).text())
        .isEqualTo("401 Unauthorized: Temp URL invalid\n");
  }

  @Test
  void holdsToTimePrefixAddressAndDigest() {
    String past = "?temp_url_expires=1000&temp_url_sig=";
    assertThat(
            nobody
                .get(OBJECT + past + hmac("HmacSHA256", "accountkey", "GET\n1000\n" + OBJECT))
                .status())
        .isEqualTo(401);
    String iso = Instant.ofEpochSecond(later).toString();
    String dated =
        "?temp_url_expires="
            + iso
            + "&temp_url_sig="
            + hmac("HmacSHA512", "accountkey", "GET\n" + later + "\n" + OBJECT);
    assertThat(nobody.get(OBJECT + dated).status()).isEqualTo(200);
    String prefix =
        signed("accountkey", "GET\n" + later + "\nprefix:/v1/AUTH_p1/c/o") + "&temp_url_prefix=o";
    assertThat(nobody.get(OBJECT + prefix).status()).isEqualTo(200);
    assertThat(nobody.get("/v1/AUTH_p1/c/other" + prefix).status()).isEqualTo(404);
    assertThat(nobody.get("/v1/AUTH_p1/c/x" + prefix).status()).isEqualTo(401);
    String here =
        signed("accountkey", "ip=127.0.0.0/8\nGET\n" + later + "\n" + OBJECT)
            + "&temp_url_ip_range=127.0.0.0/8";
    assertThat(nobody.get(OBJECT + here).status()).isEqualTo(200);
    String there =
        signed("accountkey", "ip=10.0.0.0/8\nGET\n" + later + "\n" + OBJECT)
            + "&temp_url_ip_range=10.0.0.0/8";
    assertThat(nobody.get(OBJECT + there).status()).isEqualTo(401);
  }

  @Test
  void letsBePutButNotPointElsewhere() {
    String path = "/v1/AUTH_p1/c/new";
    String url = path + signed("accountkey", "PUT\n" + later + "\n" + path);
    assertThat(nobody.put(url, "x", "X-Object-Manifest", "private/").status()).isEqualTo(400);
    assertThat(nobody.put(url, "x", "X-Copy-From", "private/o").status()).isEqualTo(400);
    assertThat(nobody.put(url, "x").status()).isEqualTo(201);
    assertThat(nobody.put(url + "&multipart-manifest=put", "[{\"path\":\"/c/o\"}]").status())
        .isEqualTo(201);
    assertThat(swift.get("/c/new").text()).isEqualTo("[{\"path\":\"/c/o\"}]");
  }

  private static String form(String signature, String... files) {
    StringBuilder form = new StringBuilder();
    String[][] fields = {
      {"redirect", ""},
      {"max_file_size", "10"},
      {"max_file_count", "2"},
      {"expires", Long.toString(later)},
      {"signature", signature}
    };
    for (String[] field : fields) {
      form.append("--XX\r\nContent-Disposition: form-data; name=\"").append(field[0]);
      form.append("\"\r\n\r\n").append(field[1]).append("\r\n");
    }
    for (int i = 0; i < files.length; i += 2) {
      form.append("--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"");
      form.append(files[i]).append("\"\r\nContent-Type: text/plain\r\n\r\n");
      form.append(files[i + 1]).append("\r\n");
    }
    return form.append("--XX--\r\n").toString();
  }

  private static SwiftClient.Answer send(String body) {
    return nobody.send(
        "POST", "/v1/AUTH_p1/c/up-", body, "Content-Type", "multipart/form-data; boundary=XX");
  }

  @Test
  void takesFilesOfSignedForms() {
    String signature = hmac("HmacSHA1", "accountkey", "/v1/AUTH_p1/c/up-\n\n10\n2\n" + later);
    SwiftClient.Answer done = send(form(signature, "a.txt", "one\r\n--X", "b", "two"));
    assertThat(done.text()).isEqualTo("201 Created");
    assertThat(swift.get("/c/up-a.txt").text()).isEqualTo("one\r\n--X");
    assertThat(swift.head("/c/up-b").header("content-type")).isEqualTo("text/plain");
    assertThat(send(form(signature, "long", "more than ten")).text())
        .isEqualTo("FormPost: max_file_size exceeded");
    assertThat(swift.head("/c/up-long").status()).isEqualTo(404);
    assertThat(send(form(signature, "1", "x", "2", "x", "3", "x")).text())
        .contains("max file count exceeded");
    assertThat(send(form("0".repeat(64), "1", "x")).text())
        .isEqualTo("FormPost: Invalid Signature");
    assertThat(send(form(signature)).text()).contains("no files to process");
    assertThat(send("XX").status()).isEqualTo(400);
    assertThat(send(form(signature, "cut", "x").replace("\r\n--XX--", "")).status()).isEqualTo(400);
  }

  @Test
  void opensTheDirectoriesOfAWebSiteByTheBeginningOfNames() {
    swift.put("/site", "", "X-Container-Meta-Web-Listings", "true");
    swift.post("/site", "X-Container-Meta-Temp-URL-Key", "sitekey");
    swift.put("/site/dir/sub/o", "o");
    swift.put("/site/dir/p", "p");
    String site = "/v1/AUTH_p1/site";
    String query = prefixed(site, "dir/");
    SwiftClient.Answer listed = nobody.get(site + "/dir/" + query);
    String link = query.replace("&", "&amp;");
    assertThat(listed.text())
        .contains("<a href=\"./sub/" + link + "\">sub/</a>")
        .contains("<a href=\"./p" + link + "\">p</a>")
        .doesNotContain("href=\"../");
    assertThat(listed.header("content-disposition")).isEqualTo("inline");
    assertThat(nobody.get(site + "/dir/sub/" + query).text()).contains("href=\"../" + link + "\"");
    assertThat(nobody.get(site + "/" + query).status()).isEqualTo(401);
    String all = prefixed(site, "");
    assertThat(nobody.get(site + "/" + all).text()).contains("./dir/");
    swift.post("/site", "X-Remove-Container-Meta-Web-Listings", "x");
    assertThat(nobody.get(site + "/" + all).status()).isEqualTo(401);
    assertThat(nobody.get(site + "/dir/" + all).status()).isEqualTo(404);
  }

  private static String prefixed(String container, String prefix) {
    String message = "GET\n" + later + "\nprefix:" + container + "/" + prefix;
    return "?temp_url_prefix=%s&temp_url_expires=%d&temp_url_sig=%s"
        .formatted(prefix, later, hmac("HmacSHA256", "sitekey", message));
  }
}
