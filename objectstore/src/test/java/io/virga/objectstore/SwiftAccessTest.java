package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who may do what: access control lists, and the users of {@code /auth/v1.0}. */
class SwiftAccessTest extends OnSwiftNode {

  private static SwiftClient stranger() {
    return swift.as("member:p2");
  }

  @Test
  void letsInWhomTheContainerNames() {
    swift.put("/acl", "", "X-Container-Read", "p2:u1 , other:*");
    swift.put("/acl/o", "text");
    assertThat(swift.head("/acl").header("x-container-read")).isEqualTo("p2:u1,other:*");
    assertThat(stranger().get("/acl/o").text()).isEqualTo("text");
    assertThat(stranger().get("/acl").text()).isEqualTo("o\n");
    assertThat(stranger().head("/acl").header("x-container-read")).isEmpty();
    assertThat(stranger().put("/acl/o", "no").status()).isEqualTo(403);
    assertThat(swift.as("member:p3").get("/acl/o").status()).isEqualTo(403);
    assertThat(swift.as("").get("/acl/o").status()).isEqualTo(401);
    swift.post("/acl", "X-Remove-Container-Read", "x", "X-Container-Write", "*:u1");
    assertThat(stranger().get("/acl/o").status()).isEqualTo(403);
    assertThat(stranger().put("/acl/new", "yes").status()).isEqualTo(201);
    assertThat(stranger().delete("/acl/new").status()).isEqualTo(204);
    assertThat(stranger().post("/acl", "X-Container-Meta-A", "1").status()).isEqualTo(403);
    assertThat(stranger().delete("/acl").status()).isEqualTo(403);
  }

  @Test
  void letsInByReferrer() {
    swift.put("/web", "", "X-Container-Read", ".r:.example.com,.r:-thief.example.com");
    swift.put("/web/o", "text");
    SwiftClient nobody = swift.as("");
    assertThat(nobody.get("/web/o", "Referer", "http://www.example.com/page").status())
        .isEqualTo(200);
    assertThat(nobody.get("/web/o", "Referer", "http://thief.example.com/").status())
        .isEqualTo(401);
    assertThat(nobody.get("/web/o").status()).isEqualTo(401);
    assertThat(nobody.get("/web", "Referer", "http://www.example.com/page").status())
        .isEqualTo(401);
    swift.post("/web", "X-Container-Read", ".referrer:*, .rlistings");
    assertThat(swift.head("/web").header("x-container-read")).isEqualTo(".r:*,.rlistings");
    assertThat(nobody.get("/web").text()).isEqualTo("o\n");
    assertThat(nobody.get("/web/o").header("www-authenticate")).isEmpty();
  }

  @Test
  void refusesListsThatMeanNothing() {
    assertThat(swift.put("/badacl", "", "X-Container-Read", ".r:").status()).isEqualTo(400);
    assertThat(swift.put("/badacl", "", "X-Container-Write", ".r:*").status()).isEqualTo(400);
    assertThat(swift.put("/badacl", "", "X-Container-Read", ".x:y").text())
        .isEqualTo("Unknown designator '.x' in ACL: '.x:y'");
    assertThat(swift.head("/badacl").status()).isEqualTo(404);
  }

  @Test
  void showsSegmentsOnlyToWhoMayReadThem() {
    swift.put("/private", "");
    swift.put("/private/seg/1", "secret");
    swift.put("/drop", "", "X-Container-Read", "p2:u1", "X-Container-Write", "p2:u1");
    assertThat(stranger().put("/drop/dlo", "", "X-Object-Manifest", "private/seg/").status())
        .isEqualTo(201);
    assertThat(stranger().get("/drop/dlo").status()).isEqualTo(403);
    assertThat(stranger().put("/drop/link", "", "X-Symlink-Target", "private/seg/1").status())
        .isEqualTo(201);
    assertThat(stranger().get("/drop/link").status()).isEqualTo(403);
    assertThat(stranger().put("/drop/copy", "", "X-Copy-From", "private/seg/1").status())
        .isEqualTo(403);
    String manifest = "[{\"path\":\"/private/seg/1\"}]";
    assertThat(stranger().put("/drop/slo?multipart-manifest=put", manifest).text())
        .contains("403 Forbidden");
    swift.put("/drop/slo?multipart-manifest=put", manifest);
    assertThat(stranger().get("/drop/slo").status()).isEqualTo(409);
    assertThat(swift.get("/drop/slo").text()).isEqualTo("secret");
  }

  @Test
  void anAdministratorMayDoEverythingAndMakesAccountsGo() {
    SwiftClient admin = swift.as("admin:p0");
    assertThat(admin.send("PUT", "/v1/AUTH_gone", "").status()).isEqualTo(201);
    assertThat(admin.put("/v1/AUTH_gone/c", "").status()).isEqualTo(201);
    assertThat(admin.put("/v1/AUTH_gone/c/o", "x").status()).isEqualTo(201);
    assertThat(swift.as("member:gone").delete("/v1/AUTH_gone").status()).isEqualTo(403);
    assertThat(admin.delete("/v1/AUTH_gone").status()).isEqualTo(204);
    assertThat(admin.head("/v1/AUTH_gone").status()).isEqualTo(410);
    assertThat(admin.put("/v1/AUTH_gone/d", "").status()).isEqualTo(410);
    assertThat(admin.put("/v1/AUTH_gone/c/p", "x").status()).isEqualTo(410);
    node.expire();
    TestCluster.await(
        () ->
            assertThat(admin.head("/v1/AUTH_gone").header("x-account-object-count"))
                .isEqualTo("0"));
    assertThat(admin.get("/v1/AUTH_gone/c").status()).isEqualTo(404);
  }

  @Test
  void logsUsersOfTheFileIn() {
    SwiftClient nobody = swift.as("");
    SwiftClient.Answer in =
        nobody.get("/auth/v1.0", "X-Auth-User", "old:boss", "X-Auth-Key", "secret");
    assertThat(in.status()).isEqualTo(200);
    assertThat(in.header("x-storage-url"))
        .isEqualTo("http://127.0.0.1:" + node.port() + "/v1/AUTH_old");
    assertThat(nobody.get("/auth/v1.0", "X-Auth-User", "old:boss", "X-Auth-Key", "no").status())
        .isEqualTo(401);
    SwiftClient boss = swift.as(in.header("x-auth-token"));
    assertThat(boss.put("/v1/AUTH_old/c", "").status()).isEqualTo(201);
    assertThat(boss.get("").status()).isEqualTo(403);
    assertThat(swift.as(in.header("x-auth-token") + "A").get("/v1/AUTH_old").status())
        .isEqualTo(401);
    String guestToken =
        nobody
            .get("/auth/v1.0", "X-Auth-User", "old:guest", "X-Auth-Key", "pw")
            .header("x-auth-token");
    SwiftClient guest = swift.as(guestToken);
    assertThat(guest.get("/v1/AUTH_old").status()).isEqualTo(403);
    boss.post("/v1/AUTH_old/c", "X-Container-Read", "old:guest");
    assertThat(guest.get("/v1/AUTH_old/c").status()).isEqualTo(204);
    boss.post("/v1/AUTH_old", "X-Account-Access-Control", "{\"read-write\":[\"old:guest\"]}");
    assertThat(guest.get("/v1/AUTH_old").text()).isEqualTo("c\n");
    assertThat(guest.head("/v1/AUTH_old").header("x-account-access-control")).isEmpty();
    assertThat(guest.put("/v1/AUTH_old/c/o", "x").status()).isEqualTo(201);
    assertThat(guest.post("/v1/AUTH_old", "X-Account-Meta-A", "1").status()).isEqualTo(403);
    assertThat(boss.post("/v1/AUTH_old", "X-Account-Access-Control", "{\"x\":1}").status())
        .isEqualTo(400);
  }
}
