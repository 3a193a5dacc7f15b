// The screen of a server: noVNC's client of RFB in the page's frame.

import RFB from "./novnc/core/rfb.js";
import { runConsole } from "./console.js";

runConsole((url, ended) => {
  const rfb = new RFB(document.getElementById("screen"), url, { wsProtocols: ["binary"] });
  rfb.background = "transparent";
  rfb.scaleViewport = true;
  const button = document.getElementById("ctrl-alt-del");
  const sendCtrlAltDel = () => {
    rfb.sendCtrlAltDel();
    rfb.focus();
  };
  button.addEventListener("click", sendCtrlAltDel);
  rfb.addEventListener("disconnect", () => {
    button.removeEventListener("click", sendCtrlAltDel);
    ended();
  });
  return {
    opened: new Promise((resolve) => rfb.addEventListener("connect", resolve)),
    focus: () => rfb.focus(),
    blur: () => rfb.blur(),
  };
});
