// What both pages of consoles do: keep the token, ask what it opens, connect, and say what is the case.

const byId = (id) => document.getElementById(id);

const ENDED = "This link has ended: it is good for ten minutes. A new one is given by openstack console url show";
const REASONS = new Map([
  [400, ENDED],
  [403, ENDED],
  [409, "The server does not run."],
  [503, "The host of the server cannot be reached."],
]);

/**
 * The token, out of the query that clients of Nova know (?path=…?token=…), or out of the fragment. It is put into the
 * fragment, which a reload keeps and which is part of no request and of no referrer.
 */
function takeToken() {
  const path = new URLSearchParams(location.search).get("path");
  if (path !== null) {
    const token = new URLSearchParams(path.slice(path.indexOf("?") + 1)).get("token") ?? "";
    history.replaceState(null, "", location.pathname + "#" + new URLSearchParams({ token }));
  }
  return new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
}

/** The WebSocket of the console, beside the page and nowhere else. */
function address(token) {
  const url = new URL("../consoles", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.search = new URLSearchParams({ token });
  return url.href;
}

/** What the token opens: the server, or in words why it opens nothing. */
async function ask(token) {
  let answer;
  try {
    answer = await fetch("server?" + new URLSearchParams({ token }), { cache: "no-store" });
  } catch (error) {
    return { state: "closed", problem: `The cloud cannot be reached: ${error.message}` };
  }
  if (answer.ok) {
    return (await answer.json()).server;
  }
  const problem = REASONS.get(answer.status) ?? `The cloud answered ${answer.status}.`;
  return { state: problem === ENDED ? "ended" : "closed", problem };
}

/**
 * Runs the page.
 *
 * connect(url, ended) opens the WebSocket and gives { opened: Promise, focus(), blur() }; it calls ended() once when
 * the connection is over, whether it was ever open or not.
 */
export function runConsole(connect) {
  const token = takeToken();
  const kind = document.title;
  const connectedOnly = [byId("ctrl-alt-del")].filter((button) => button !== null);
  let session = null;

  const show = (state, text) => {
    byId("state").dataset.state = state;
    byId("state").textContent = text;
    byId("reconnect").disabled = state !== "closed";
    for (const button of connectedOnly) {
      button.disabled = state !== "connected";
    }
  };

  const open = async () => {
    show("connecting", "Connecting…");
    const server = await ask(token);
    if (server.problem !== undefined) {
      show(server.state, server.problem);
      return;
    }
    byId("server").textContent = server.name;
    document.title = `${server.name} – ${kind}`;
    session = connect(address(token), ended);
    await session.opened;
    show("connected", "Connected");
    session.focus();
  };

  const ended = async () => {
    session = null;
    const server = await ask(token);
    show(server.state ?? "closed", server.problem ?? "The connection has ended.");
  };

  byId("reconnect").addEventListener("click", open);
  byId("full-screen").addEventListener("click", async () => {
    try {
      await byId("screen").requestFullscreen();
      session?.focus();
    } catch (error) {
      byId("keys").textContent = `No full screen: ${error.message}`;
    }
  });
  // The console takes every other key, so this is the way out for who has no mouse.
  byId("screen").addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey && event.altKey && event.shiftKey) {
        event.stopPropagation();
        session?.blur();
        byId("full-screen").focus();
      }
    },
    { capture: true },
  );
  byId("screen").addEventListener("focus", () => session?.focus());
  open();
}
