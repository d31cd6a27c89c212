/* Says in good time that the session ends, and offers to stay. Without a script nothing is said and nothing breaks.
   The server gives the seconds that are left, so the clock of this machine may be wrong. */
const notice = document.getElementById("session-ending");
if (notice) watch(notice);

function watch(notice) {
  const words = notice.querySelector("#session-ending-words");
  const stay = notice.querySelector("form");
  const otherTabs = new BroadcastChannel("session-ending");
  const warnMilliseconds = notice.dataset.warnSeconds * 1000;
  let endsAt, mayStay, timer, cameFrom;

  function renew({ seconds, may_stay }) {
    endsAt = Date.now() + seconds * 1000;
    mayStay = may_stay;
    delete notice.dataset.state;
    close();
    look();
  }

  function look() {
    clearTimeout(timer);
    const left = endsAt - Date.now();
    if (left <= 0) return say("over");
    if (left <= warnMilliseconds) say(mayStay ? "soon" : "last");
    timer = setTimeout(look, left <= warnMilliseconds ? left : left - warnMilliseconds);
  }

  function say(state) {
    const isNew = notice.dataset.state !== state;
    const hadFocus = notice.contains(document.activeElement);
    notice.dataset.state = state;
    for (const part of notice.querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(state);
    }
    if (!isNew) return;
    const isTyping = !hadFocus && document.activeElement.matches("input, textarea, select");
    words.removeAttribute("role");
    if (isTyping) words.setAttribute("role", "alert");
    if (!notice.matches(":popover-open")) notice.showPopover();
    if (!isTyping) return take(hadFocus ? cameFrom : document.activeElement);
    document.addEventListener("focusin", (event) => take(event.target), { once: true });
  }

  /* Whoever types goes on typing: the notice takes the focus when the field is left, and gives it back. */
  function take(from) {
    if (!notice.matches(":popover-open") || notice.contains(from)) return;
    cameFrom = from;
    notice.querySelector(".btn:not([hidden], [hidden] *)").focus();
  }

  function close() {
    const hadFocus = notice.contains(document.activeElement);
    if (notice.matches(":popover-open")) notice.hidePopover();
    if (hadFocus && cameFrom) cameFrom.focus();
  }

  stay.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(stay.action, { method: "POST", body: new FormData(stay), redirect: "manual" });
      if (!answer.ok) return say("over");
      const ending = await answer.json();
      renew(ending);
      otherTabs.postMessage(ending);
    } catch {
      say("failed");
    }
  });
  notice.querySelector("[data-close]").addEventListener("click", close);
  notice.addEventListener("keydown", (event) => event.key === "Escape" && close());
  document.addEventListener("visibilitychange", () => document.hidden || look());
  otherTabs.addEventListener("message", ({ data }) => renew(data));

  const ending = { seconds: Number(notice.dataset.seconds), may_stay: notice.dataset.mayStay === "yes" };
  renew(ending);
  otherTabs.postMessage(ending);
}
