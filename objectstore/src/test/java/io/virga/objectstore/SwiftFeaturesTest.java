package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Quotas, sites of others, web sites, and earlier versions. */
class SwiftFeaturesTest extends OnSwiftNode {

  @Test
  void holdsToTheQuotasOfContainers() {
    swift.put(
        "/quota", "", "X-Container-Meta-Quota-Bytes", "10", "X-Container-Meta-Quota-Count", "2");
    assertThat(swift.put("/quota/a", "0123456789x").text()).isEqualTo("Upload exceeds quota.");
    assertThat(swift.put("/quota/a", "0123456789").status()).isEqualTo(201);
    assertThat(swift.put("/quota/b", "x").status()).isEqualTo(413);
    assertThat(swift.put("/quota/b", "").status()).isEqualTo(201);
    assertThat(swift.put("/quota/c", "").status()).isEqualTo(413);
    assertThat(swift.post("/quota", "X-Container-Meta-Quota-Bytes", "many").text())
        .isEqualTo("Invalid bytes quota.");
    swift.post("/quota", "X-Remove-Container-Meta-Quota-Count", "x");
    assertThat(swift.put("/quota/c", "").status()).isEqualTo(201);
    assertThat(swift.put("/quota/d", "", "X-Copy-From", "quota/a").status()).isEqualTo(413);
  }

  @Test
  void letsOnlyResellersSetTheQuotaOfAnAccount() {
    SwiftClient small = swift.as("member:small");
    SwiftClient admin = swift.as("admin:p0");
    small.put("/v1/AUTH_small/c", "");
    assertThat(small.post("/v1/AUTH_small", "X-Account-Meta-Quota-Bytes", "20").status())
        .isEqualTo(403);
    assertThat(small.post("/v1/AUTH_small", "X-Remove-Account-Meta-Quota-Bytes", "x").status())
        .isEqualTo(403);
    assertThat(admin.post("/v1/AUTH_small", "X-Account-Meta-Quota-Bytes", "5").status())
        .isEqualTo(204);
    assertThat(small.put("/v1/AUTH_small/c/o", "123456").status()).isEqualTo(413);
    assertThat(small.put("/v1/AUTH_small/c/o", "12345").status()).isEqualTo(201);
    assertThat(small.post("/v1/AUTH_small", "X-Account-Meta-Other", "1").status()).isEqualTo(204);
    assertThat(small.head("/v1/AUTH_small").header("x-account-meta-quota-bytes")).isEqualTo("5");
  }

  @Test
  void letsTheScriptsOfNamedSitesIn() {
    swift.put(
        "/cors",
        "",
        "X-Container-Meta-Access-Control-Allow-Origin",
        "http://a.example http://b.example",
        "X-Container-Meta-Access-Control-Max-Age",
        "60",
        "X-Container-Meta-Access-Control-Expose-Headers",
        "x-custom");
    SwiftClient nobody = swift.as("");
    SwiftClient.Answer asked =
        nobody.send(
            "OPTIONS",
            "/cors/o",
            "",
            "Origin",
            "http://b.example",
            "Access-Control-Request-Method",
            "PUT",
            "Access-Control-Request-Headers",
            "X-Auth-Token");
    assertThat(asked.status()).isEqualTo(200);
    assertThat(asked.header("access-control-allow-origin")).isEqualTo("http://b.example");
    assertThat(asked.header("access-control-allow-methods")).contains("PUT");
    assertThat(asked.header("access-control-allow-headers")).isEqualTo("x-auth-token");
    assertThat(asked.header("access-control-max-age")).isEqualTo("60");
    assertThat(
            nobody
                .send(
                    "OPTIONS",
                    "/cors/o",
                    "",
                    "Origin",
                    "http://c.example",
                    "Access-Control-Request-Method",
                    "PUT")
                .status())
        .isEqualTo(401);
    SwiftClient.Answer missing = swift.get("/cors/o", "Origin", "http://a.example");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.header("access-control-allow-origin")).isEqualTo("http://a.example");
    assertThat(missing.header("vary")).isEqualTo("Origin");
    assertThat(missing.header("access-control-expose-headers")).contains("etag", "x-custom");
    assertThat(
            swift
                .get("/cors/o", "Origin", "http://c.example")
                .header("access-control-allow-origin"))
        .isEmpty();
    assertThat(nobody.send("OPTIONS", "", "").header("allow")).contains("HEAD");
  }

  @Test
  void isAWebSite() {
    SwiftClient nobody = swift.as("");
    swift.put("/site", "", "X-Container-Read", ".r:*,.rlistings");
    swift.put("/site/index.html", "home");
    swift.put("/site/sub/index.html", "sub home");
    swift.put("/site/list/a%3Cb", "x");
    swift.put("/site/404oops.html", "not here", "Content-Type", "text/html");
    assertThat(nobody.get("/site").text()).startsWith("404oops.html\n");
    swift.post(
        "/site",
        "X-Container-Meta-Web-Index",
        "index.html",
        "X-Container-Meta-Web-Error",
        "oops.html");
    assertThat(nobody.get("/site").status()).isEqualTo(301);
    assertThat(nobody.get("/site").header("location"))
        .isEqualTo("http://127.0.0.1:" + node.port() + "/v1/AUTH_p1/site/");
    assertThat(nobody.get("/site/").text()).isEqualTo("home");
    assertThat(nobody.get("/site/sub/").text()).isEqualTo("sub home");
    assertThat(nobody.get("/site/sub").status()).isEqualTo(301);
    SwiftClient.Answer missing = nobody.get("/site/none");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.text()).isEqualTo("not here");
    assertThat(nobody.get("/site/list/").text()).isEqualTo("not here");
    swift.post(
        "/site", "X-Container-Meta-Web-Listings", "true", "X-Remove-Container-Meta-Web-Error", "x");
    SwiftClient.Answer listing = nobody.get("/site/list/");
    assertThat(listing.status()).isEqualTo(200);
    assertThat(listing.text()).contains("<a href=\"./a%3Cb\">a&lt;b</a>", "<a href=\"../\">");
    assertThat(nobody.get("/site/list").status()).isEqualTo(301);
    assertThat(nobody.get("/site/none/").status()).isEqualTo(404);
    assertThat(swift.get("/site/").text()).contains("index.html\n");
    assertThat(swift.get("/site/", "X-Web-Mode", "true").text()).isEqualTo("home");
  }

  @Test
  void keepsAStackOfVersions() {
    swift.put("/old", "");
    swift.put("/stack", "", "X-Versions-Location", "old");
    assertThat(swift.head("/stack").header("x-versions-location")).isEqualTo("old");
    swift.put("/stack/o", "one", "X-Object-Meta-A", "1");
    swift.put("/stack/o", "two");
    swift.put("/stack/o", "three");
    assertThat(swift.get("/old").text()).matches("001o/[0-9.]+\n001o/[0-9.]+\n");
    assertThat(swift.delete("/stack/o").status()).isEqualTo(204);
    assertThat(swift.get("/stack/o").text()).isEqualTo("two");
    swift.delete("/stack/o");
    assertThat(swift.get("/stack/o").text()).isEqualTo("one");
    assertThat(swift.head("/stack/o").header("x-object-meta-a")).isEqualTo("1");
    swift.delete("/stack/o");
    assertThat(swift.get("/stack/o").status()).isEqualTo(404);
    assertThat(swift.head("/old").header("x-container-object-count")).isEqualTo("0");
    swift.post("/stack", "X-Versions-Location", "none");
    swift.put("/stack/p", "one");
    assertThat(swift.put("/stack/p", "two").status()).isEqualTo(412);
    swift.post("/stack", "X-Remove-Versions-Location", "x");
    assertThat(swift.put("/stack/p", "two").status()).isEqualTo(201);
    assertThat(swift.post("/stack", "X-Versions-Location", "a", "X-History-Location", "b").status())
        .isEqualTo(400);
  }

  @Test
  void keepsAHistoryOfVersions() {
    swift.put("/past", "");
    swift.put("/history", "", "X-History-Location", "past");
    swift.put("/history/o", "one");
    swift.delete("/history/o");
    assertThat(swift.get("/history/o").status()).isEqualTo(404);
    assertThat(swift.get("/past?format=json").text())
        .contains("application/x-deleted;swift_versions_deleted=1");
    assertThat(swift.head("/past").header("x-container-object-count")).isEqualTo("2");
    swift.post("/history", "X-Versions-Location", "past");
    assertThat(swift.delete("/history/o").status()).isEqualTo(204);
    assertThat(swift.get("/history/o").text()).isEqualTo("one");
    assertThat(swift.head("/past").header("x-container-object-count")).isEqualTo("0");
  }

  @Test
  void keepsEveryVersion() {
    swift.put("/every", "");
    swift.put("/every/before", "plain");
    assertThat(swift.post("/every", "X-Versions-Enabled", "true").status()).isEqualTo(204);
    assertThat(swift.head("/every").header("x-versions-enabled")).isEqualTo("True");
    String one = swift.put("/every/o", "one", "X-Object-Meta-A", "1").header("x-object-version-id");
    String two = swift.put("/every/o", "two").header("x-object-version-id");
    assertThat(two).isNotEmpty().isNotEqualTo(one);
    SwiftClient.Answer current = swift.get("/every/o");
    assertThat(current.text()).isEqualTo("two");
    assertThat(current.header("x-object-version-id")).isEqualTo(two);
    assertThat(swift.get("/every/o?version-id=" + one).text()).isEqualTo("one");
    assertThat(swift.head("/every").header("x-container-object-count")).isEqualTo("2");
    swift.post("/every/o", "X-Object-Meta-B", "2", "Content-Type", "x/y");
    assertThat(swift.head("/every/o").header("x-object-meta-b")).isEqualTo("2");
    assertThat(swift.get("/every?format=json").text()).contains("\"x/y\"");
    String listed = swift.get("/every?versions&format=json&prefix=o").text();
    assertThat(listed).contains("\"version_id\":\"" + one, "\"is_latest\":true");
    assertThat(listed.indexOf(two)).isLessThan(listed.indexOf(one));
    SwiftClient reader = swift.as("member:p2");
    swift.post("/every", "X-Container-Read", "p2:*");
    assertThat(reader.get("/every/o").text()).isEqualTo("two");
    assertThat(reader.get("/every/o?version-id=" + one).status()).isEqualTo(403);
    assertThat(reader.get("/every?versions").status()).isEqualTo(403);
    String mark = swift.delete("/every/o").header("x-object-version-id");
    assertThat(swift.head("/every/o?version-id=" + mark).header("content-type"))
        .isEqualTo("application/x-deleted;swift_versions_deleted=1");
    assertThat(swift.get("/every/o").status()).isEqualTo(404);
    assertThat(swift.get("/every/o?version-id=" + two).text()).isEqualTo("two");
    assertThat(swift.get("/every?versions&format=json").text())
        .contains("swift_versions_deleted=1");
    assertThat(swift.put("/every/o?version-id=" + one, "").status()).isEqualTo(201);
    assertThat(swift.get("/every/o").text()).isEqualTo("one");
    assertThat(swift.head("/every/o").header("x-object-meta-a")).isEqualTo("1");
    assertThat(swift.delete("/every/o?version-id=" + one).status()).isEqualTo(204);
    assertThat(swift.get("/every/o?version-id=" + one).status()).isEqualTo(404);
    assertThat(swift.get("/every/o?version-id=wrong").status()).isEqualTo(400);
    swift.put("/every/before", "changed");
    assertThat(swift.get("/every/before?version-id=null").text()).isEqualTo("plain");
    assertThat(swift.post("/every", "X-Versions-Location", "old").status()).isEqualTo(400);
    swift.delete("/every/o");
    swift.delete("/every/before");
    assertThat(swift.get("/every").text()).isEmpty();
    assertThat(swift.delete("/every").status()).isEqualTo(409);
    assertThat(swift.post("/every", "X-Versions-Enabled", "false").status()).isEqualTo(204);
    assertThat(swift.put("/every/o", "replaced").header("x-object-version-id")).isEmpty();
    assertThat(swift.get("/every/o?version-id=null").text()).isEqualTo("replaced");
  }

  @Test
  void endsWhatHasVersionsAndReadsLinksAndManifestsAmongThem() {
    swift.put("/mixed", "", "X-Versions-Enabled", "true");
    swift.put("/mixed/seg", "segment");
    swift.put("/mixed/slo?multipart-manifest=put", "[{\"path\":\"/mixed/seg\"}]");
    swift.put("/mixed/outer?multipart-manifest=put", "[{\"path\":\"/mixed/slo\"}]");
    swift.put("/mixed/link", "", "X-Symlink-Target", "mixed/outer");
    assertThat(swift.get("/mixed/link").text()).isEqualTo("segment");
    assertThat(swift.head("/mixed/slo").header("x-static-large-object")).isEqualTo("True");
    swift.send("COPY", "/mixed/link", "", "Destination", "mixed/copy");
    assertThat(swift.get("/mixed/copy").text()).isEqualTo("segment");
    assertThat(swift.delete("/mixed/outer?multipart-manifest=delete").text())
        .contains("Number Deleted: 3");
    assertThat(swift.get("/mixed/slo").status()).isEqualTo(404);
    swift.put("/mixed/ends", "x", "X-Delete-After", "1");
    Instant limit = Instant.now().plus(Duration.ofSeconds(10));
    while (swift.get("/mixed/ends").status() != 404 && Instant.now().isBefore(limit)) {
      Thread.onSpinWait();
    }
    node.expire();
    assertThat(swift.get("/mixed?prefix=ends").text()).isEmpty();
  }
}
