// The serial console of a server: xterm.js over the bytes of the line, which knows of no size but 80 by 24.

import { Terminal } from "./xterm/lib/xterm.mjs";
import { runConsole } from "./console.js";

const terminal = new Terminal({ cols: 80, rows: 24, scrollback: 10000, screenReaderMode: true });
terminal.open(document.getElementById("screen"));
const encoder = new TextEncoder();

runConsole((url, ended) => {
  const socket = new WebSocket(url, ["binary"]);
  socket.binaryType = "arraybuffer";
  const typing = terminal.onData((text) => {
    if (socket.readyState === WebSocket.OPEN) {
      socket.send(encoder.encode(text));
    }
  });
  socket.addEventListener("message", (event) => terminal.write(new Uint8Array(event.data)));
  socket.addEventListener("close", () => {
    typing.dispose();
    ended();
  });
  return {
    opened: new Promise((resolve) => socket.addEventListener("open", resolve)),
    focus: () => terminal.focus(),
    blur: () => terminal.blur(),
  };
});
