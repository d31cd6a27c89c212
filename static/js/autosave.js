/* Keeps what is typed two seconds after the last key, at the latest eight after the first, when a field is left and when the
   page goes. Without a script the buttons below do the same. Nothing is ever taken out of a field. A form that is marked as
   whole has one edition for all of its fields and is always sent as a whole; of others each answer has its own. */
const form = document.querySelector("form[data-autosave]");
if (form) keep(form);

function keep(form) {
  const QUIET = 2000, LONGEST = 8000, RETRY = 4000;
  const status = document.getElementById("saved");
  const waiting = new Set();
  const isWhole = "whole" in form.dataset;
  let timer, first, pressed, isSending = false, isFailing = false;

  form.addEventListener("input", ({ target }) => {
    if (!isAnswer(target)) return;
    waiting.add(target.name);
    count(target);
    soon();
  });
  form.addEventListener("change", ({ target }) => isAnswer(target) && waiting.add(target.name) && send());
  form.addEventListener("focusout", () => waiting.size && send());
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    waiting.clear();
    if (!isWhole || !isSending) return;
    /* What is on its way changes the edition with which this one has to go. */
    event.preventDefault();
    pressed = event.submitter;
  });
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => document.hidden ? leave() : isFailing && send());
  window.addEventListener("online", send);

  function isAnswer(field) {
    return isWhole ? field.name && field.type !== "hidden" : /^q\d+$/.test(field.name) && field.type !== "file";
  }

  function soon() {
    first ??= Date.now();
    clearTimeout(timer);
    timer = setTimeout(send, Math.max(0, Math.min(QUIET, first + LONGEST - Date.now())));
  }

  function body(names, isLast = false) {
    const all = new FormData(form);
    if (isWhole) {
      /* What is on its way makes an edition of its own before this one arrives. */
      if (isLast && isSending) all.set("edition", Number(all.get("edition")) + 1);
      return all;
    }
    const part = new FormData();
    part.set("csrfmiddlewaretoken", all.get("csrfmiddlewaretoken"));
    for (const name of names) {
      part.set(name, all.get(name) ?? "");
      part.set(name.replace("q", "e"), all.get(name.replace("q", "e")) ?? "0");
    }
    return part;
  }

  async function send() {
    clearTimeout(timer);
    if (isSending || !waiting.size) return;
    const names = [...waiting];
    waiting.clear();
    first = undefined;
    isSending = true;
    say(status.dataset.saving);
    let wasKept = false;
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: body(names), redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status === 403) await again(answer);
      else if (answer.ok) { learn(await answer.json(), names); wasKept = true; }
      else if (answer.status === 409) { fail((await answer.json()).refusal); wasKept = true; }
      else fail(status.dataset.failed);
    } catch {
      fail(status.dataset.failed);
    }
    isSending = false;
    if (pressed) return form.requestSubmit(pressed);
    if (!wasKept) names.forEach((name) => waiting.add(name));
    if (waiting.size) timer = setTimeout(send, wasKept ? QUIET : RETRY);
  }

  /* The session has ended, or another window signed in since: the page itself tells which, and brings the new form's token. */
  async function again() {
    const page = await fetch(location.href, { redirect: "manual" });
    if (!page.ok) return fail(status.dataset.ended);
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const token = fresh.querySelector("form[data-autosave] input[name=csrfmiddlewaretoken]");
    if (!token) return fail(status.dataset.ended);
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token.value;
    fail(status.dataset.saving);
  }

  function learn({ saved, answers = {}, edition: whole }, names) {
    isFailing = false;
    if (isWhole) form.elements.edition.value = Math.max(form.elements.edition.value, whole);
    if (!waiting.size) say(saved, true);
    for (const [name, told] of Object.entries(answers)) {
      const edition = form.elements[name.replace("q", "e")];
      if (edition) edition.value = told.edition;
      if (names.includes(name)) correct(name, told.problem);
      if (told.other) offer(name, told.other);
    }
  }

  /* A message goes as soon as it no longer holds; a new one comes only when the field was left. */
  function correct(name, problem) {
    const line = document.getElementById(`${name}-error`);
    const isOpen = document.activeElement && document.activeElement.name === name;
    if (problem && isOpen && line.hidden) return;
    line.hidden = !problem;
    line.querySelector("span").textContent = problem;
    const field = line.closest(".field");
    field.classList.toggle("field--bad", Boolean(problem));
    const input = field.querySelector("textarea, select, input:not([type=hidden], [type=radio])");
    if (input) problem ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid");
  }

  function offer(name, { said, address }) {
    const line = document.getElementById("other-text").content.cloneNode(true);
    line.querySelector("span span").textContent = said;
    line.querySelector("a").href = address;
    form.querySelector(`[data-others="${name}"]`).append(line);
  }

  function fail(sentence) {
    isFailing = true;
    say(sentence);
  }

  function say(sentence, isKept = false) {
    const line = status.querySelector("span");
    if (line.textContent !== sentence) line.textContent = sentence;
    status.classList.toggle("saved--not", isFailing && !isKept);
  }

  /* Whatever is still unsaved when the page goes is sent on the way out; what did not arrive waits on, should it come back. */
  function leave() {
    if (!waiting.size) return;
    const names = [...waiting];
    const wait = () => names.forEach((name) => waiting.add(name));
    waiting.clear();
    fetch(form.dataset.autosave, { method: "POST", body: body(names, true), keepalive: true, redirect: "manual" }).then(
      async (answer) => answer.ok ? learn(await answer.json(), names) : wait(),
      wait,
    );
  }

  /* Words as the server counts them: runs without a space that hold a letter or a digit. */
  function words(text) {
    return text.split(/\s+/u).filter((run) => /[\p{L}\p{N}]/u.test(run)).length;
  }

  function count(field) {
    const limit = Number(field.dataset.words);
    if (!limit) return;
    const line = form.querySelector(`[data-count="${field.name}"]`);
    const number = words(field.value);
    const { said, over } = form.dataset;
    const plain = said.replace("%(words)s", number).replace("%(limit)s", limit);
    line.textContent = number > limit ? over.replace("%(said)s", plain).replace("%(over)s", number - limit) : plain;
    line.classList.toggle("over", number > limit);
    announce(line, number, limit);
  }

  /* Said aloud at nine tenths of the limit, at the limit, and at every tenth word beyond it. */
  function announce(line, number, limit) {
    const step = number < limit * 0.9 ? 0 : number < limit ? 1 : 2 + Math.floor((number - limit) / 10);
    if (step !== Number(line.dataset.step ?? 0) && step) document.getElementById("counted").textContent = line.textContent;
    line.dataset.step = step;
  }
}
